#include "sql/edits/constant_queries.hpp"

#include <algorithm>
#include <string_view>

#include "sql/edits/moved_columns.hpp"
#include "sql/edits/plain_select.hpp"
#include "sql/edits/text_changes.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

bool is_constant(Node* node, const Catalog& catalog) {
    std::vector<const ColumnRef*> columns;
    return !collect_columns(node, &columns) && columns.empty() && !IsA(node, SetToDefault) &&
           is_row_expression(node, catalog);
}

/// A query makes text of a literal that says no type, and of a parameter.
std::string in_brackets(const std::string& text, const Node* node) {
    const bool untyped = IsA(node, ParamRef) ||
                         (IsA(node, A_Const) && (reinterpret_cast<const A_Const*>(node)->isnull ||
                                                 IsA(&reinterpret_cast<const A_Const*>(node)->val, String)));
    return "(" + text + (untyped ? "::\"pg_catalog\".\"text\")" : ")");
}

struct Found {
    const Catalog& catalog;
    std::vector<const SubLink*> links = {};

    static bool walk(Node* node, void* context) {
        if (node == nullptr) return false;
        auto& self = *static_cast<Found*>(context);
        if (IsA(node, SubLink)) {
            const auto* link = reinterpret_cast<const SubLink*>(node);
            const bool value = link->subLinkType == EXPR_SUBLINK;
            const bool in_list = link->subLinkType == ANY_SUBLINK && link->operName == nullptr &&
                                 !IsA(link->testexpr, RowExpr);
            if ((value || in_list) && link->location >= 0) self.links.push_back(link);
        }
        return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(walk), context);
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

/// VALUES (a), (b): the text of each, with the node.
std::optional<std::vector<std::string>> single_values(const parse::Tokens& tokens, std::size_t values,
                                                      const SelectStmt* query, const Catalog& catalog) {
    const auto all = tokens.all();
    std::vector<std::string> texts;
    std::size_t open = values + 1;
    const ListCell* c = nullptr;
    foreach (c, query->valuesLists) {
        const auto* row = static_cast<const List*>(lfirst(c));
        if (list_length(row) != 1 || open >= all.size() || !all[open].is_op('(')) return std::nullopt;
        auto* node = static_cast<Node*>(linitial(row));
        const std::size_t close = tokens.closing(open);
        if (!is_constant(node, catalog) || close < open + 2) return std::nullopt;
        const std::string_view text =
            tokens.text().substr(all[open + 1].begin, all[close - 1].end - all[open + 1].begin);
        texts.push_back(in_brackets(std::string(text), node));
        open = close + 2;  // behind the comma
    }
    return texts;
}

}  // namespace

std::optional<std::vector<std::string>> constants_of(const parse::Tokens& tokens, const SelectStmt* row,
                                                     const Catalog& catalog) {
    if (!is_plain_list(row) || row->fromClause != nullptr || row->whereClause != nullptr ||
        row->targetList == nullptr)
        return std::nullopt;
    std::vector<std::string> texts;
    const ListCell* c = nullptr;
    foreach (c, row->targetList) {
        const auto* target = static_cast<const ResTarget*>(lfirst(c));
        if (target->location < 0 || target->indirection != nullptr || !is_constant(target->val, catalog))
            return std::nullopt;
        texts.push_back(in_brackets(expression_of(tokens, target, {}), target->val));
    }
    return texts;
}

std::optional<std::string> with_constants_in_place(const parse::Tokens& tokens, std::size_t begin,
                                                   std::size_t end, const SelectStmt* query,
                                                   const Catalog& catalog) {
    Found found{catalog};
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
        std::size_t at = tokens.index_at(static_cast<std::size_t>(link->location));
        while (at < all.size() && (all[at].is_keyword("not") || all[at].is_keyword("in")))
            ++at;
        const auto open = bracket_of_query(tokens, at);
        if (!open) continue;
        const auto texts =
            values ? single_values(tokens, *open + 1, inner, catalog) : constants_of(tokens, inner, catalog);
        if (!texts || (!values && texts->size() != 1)) continue;
        std::string list;
        for (const std::string& text : *texts)
            list += (list.empty() ? "" : ", ") + text;
        changes.push_back({all[*open].begin, all[tokens.closing(*open)].end, "(" + list + ")"});
    }
    if (changes.empty()) return std::nullopt;
    return with_changes(tokens.text(), begin, end, std::move(changes));
}

}  // namespace sql::edits
