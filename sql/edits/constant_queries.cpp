#include "sql/edits/constant_queries.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "sql/edits/moved_columns.hpp"
#include "sql/edits/output_names.hpp"
#include "sql/edits/plain_select.hpp"
#include "sql/edits/text_changes.hpp"
#include "sql/parse/literals.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

/// A parameter alone has the type that the client declares, or text.
bool is_constant(Node* node, const Catalog& catalog) {
    std::vector<const ColumnRef*> columns;
    return !collect_columns(node, &columns) && columns.empty() && !IsA(node, SetToDefault) &&
           !IsA(node, ParamRef) && is_row_expression(node, catalog);
}

/// With the type that the query gives it: text, where a literal has none.
Constant in_brackets(const std::string& text, const Node* node) {
    const A_Const* constant = parse::literal(node);
    const bool untyped = constant != nullptr &&
                         (constant->isnull || IsA(&constant->val, String) || IsA(&constant->val, BitString));
    return {"(" + text + (untyped ? "::\"pg_catalog\".\"text\")" : ")"), constant != nullptr && !untyped};
}

struct Found {
    std::vector<const SubLink*> links = {};
    std::set<const void*> keys = {};  // of groups and orders, by themselves

    static bool walk(Node* node, void* context) {
        if (node == nullptr) return false;
        auto& self = *static_cast<Found*>(context);
        if (IsA(node, SelectStmt)) {
            const auto* select = reinterpret_cast<SelectStmt*>(node);
            for (const List* list : {select->groupClause, select->distinctClause})
                self.add_keys(list);
        }
        if (IsA(node, GroupingSet)) self.add_keys(reinterpret_cast<GroupingSet*>(node)->content);
        if (IsA(node, RowExpr)) self.add_keys(reinterpret_cast<RowExpr*>(node)->args);
        if (IsA(node, SortBy)) self.keys.insert(reinterpret_cast<SortBy*>(node)->node);
        if (IsA(node, SubLink)) {
            const auto* link = reinterpret_cast<const SubLink*>(node);
            const bool value = link->subLinkType == EXPR_SUBLINK;
            const bool in_list = link->subLinkType == ANY_SUBLINK && link->operName == nullptr &&
                                 !IsA(link->testexpr, RowExpr);
            if ((value || in_list) && link->location >= 0) self.links.push_back(link);
        }
        return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(walk), context);
    }

    void add_keys(const List* list) {
        const ListCell* c = nullptr;
        foreach (c, list)
            keys.insert(lfirst(c));
    }
};

/// The first `(SELECT` or `(VALUES` at or behind the token `at`, in further brackets perhaps: the token of
/// its own bracket; nullopt: something else stands there.
std::optional<std::size_t> bracket_of_query(const parse::Tokens& tokens, std::size_t at) {
    const auto all = tokens.all();
    while (at + 1 < all.size() && all[at].is_op('(') && all[at + 1].is_op('('))
        ++at;
    const bool query = at + 1 < all.size() && all[at].is_op('(') &&
                       (all[at + 1].is_keyword("select") || all[at + 1].is_keyword("values"));
    return query ? std::optional(at) : std::nullopt;
}

/// Whether a query would give both the type that each has by itself.
bool are_of_one_type(const Node* one, const Node* other) {
    if (IsA(one, TypeCast) && IsA(other, TypeCast)) {
        const TypeName* type = reinterpret_cast<const TypeCast*>(one)->typeName;
        const TypeName* same = reinterpret_cast<const TypeCast*>(other)->typeName;
        return type->typmods == nullptr && same->typmods == nullptr && type->arrayBounds == nullptr &&
               same->arrayBounds == nullptr && list_length(type->names) == list_length(same->names) &&
               std::string_view(strVal(linitial(type->names))) == strVal(linitial(same->names)) &&
               std::string_view(strVal(llast(type->names))) == strVal(llast(same->names));
    }
    const A_Const* constant = parse::literal(one);
    const A_Const* like = parse::literal(other);
    return constant != nullptr && like != nullptr && !constant->isnull && !like->isnull &&
           nodeTag(&constant->val) == nodeTag(&like->val);
}

/// VALUES (a), (b): the text of each.
std::optional<std::vector<std::string>> single_values(const parse::Tokens& tokens, std::size_t values,
                                                      const SelectStmt* query, const Catalog& catalog) {
    const auto all = tokens.all();
    std::vector<std::string> texts;
    std::size_t open = values + 1;
    const Node* first = nullptr;
    const ListCell* c = nullptr;
    foreach (c, query->valuesLists) {
        const auto* row = static_cast<const List*>(lfirst(c));
        if (list_length(row) != 1 || open >= all.size() || !all[open].is_op('(')) return std::nullopt;
        auto* node = static_cast<Node*>(linitial(row));
        if (first == nullptr) first = node;
        const std::size_t close = tokens.closing(open);
        if (!is_constant(node, catalog) || !are_of_one_type(first, node) || close < open + 2)
            return std::nullopt;
        texts.push_back(in_brackets(tokens.text_of(open + 1, close), node).text);
        open = close + 2;  // behind the comma
    }
    return texts;
}

}  // namespace

std::optional<std::vector<Constant>> constants_of(const parse::Tokens& tokens, const SelectStmt* row,
                                                  const Catalog& catalog) {
    if (!is_plain_list(row) || row->fromClause != nullptr || row->whereClause != nullptr ||
        row->targetList == nullptr)
        return std::nullopt;
    std::vector<Constant> constants;
    const ListCell* c = nullptr;
    foreach (c, row->targetList) {
        const auto* target = static_cast<const ResTarget*>(lfirst(c));
        if (target->location < 0 || target->indirection != nullptr || !is_constant(target->val, catalog))
            return std::nullopt;
        constants.push_back(in_brackets(expression_of(tokens, target, {}), target->val));
    }
    return constants;
}

std::optional<std::string> with_constants_in_place(const parse::Tokens& tokens, std::size_t begin,
                                                   std::size_t end, const SelectStmt* query,
                                                   const Catalog& catalog) {
    Found found;
    Found::walk(reinterpret_cast<Node*>(const_cast<SelectStmt*>(query)), &found);
    const auto all = tokens.all();
    std::vector<TextChange> changes;
    for (const SubLink* link : found.links) {
        const auto* inner = reinterpret_cast<const SelectStmt*>(link->subselect);
        const bool values = inner->valuesLists != nullptr;
        if (values && (link->subLinkType == EXPR_SUBLINK || inner->sortClause != nullptr ||
                       inner->limitCount != nullptr || inner->limitOffset != nullptr ||
                       inner->withClause != nullptr || inner->op != SETOP_NONE))
            continue;
        std::size_t at = tokens.token_at(link->location);
        while (at < all.size() && (all[at].is_keyword("not") || all[at].is_keyword("in")))
            ++at;
        const auto open = bracket_of_query(tokens, at);
        if (!open) continue;
        std::string list;
        if (values) {
            const auto texts = single_values(tokens, *open + 1, inner, catalog);
            if (!texts) continue;
            for (const std::string& text : *texts)
                list += (list.empty() ? "" : ", ") + text;
        } else {
            const auto constants = constants_of(tokens, inner, catalog);
            // A number alone would be a place among the keys of groups and of an order.
            if (!constants || constants->size() != 1 || found.keys.contains(link)) continue;
            list = constants->front().text;
        }
        changes.push_back({all[*open].begin, all[tokens.closing(*open)].end, "(" + list + ")"});
    }
    if (changes.empty()) return std::nullopt;
    keep_output_names(tokens, query, changes);
    return with_changes(tokens.text(), begin, end, std::move(changes));
}

}  // namespace sql::edits
