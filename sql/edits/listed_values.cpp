#include "sql/edits/listed_values.hpp"

#include <algorithm>

#include "sql/edits/named_tables.hpp"
#include "sql/is_one_of.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

const List* rows_of(const Node* query) {
    return query != nullptr && IsA(query, SelectStmt)
               ? reinterpret_cast<const SelectStmt*>(query)->valuesLists
               : nullptr;
}

std::vector<std::string_view> names_in(const List* names) {
    std::vector<std::string_view> found;
    const ListCell* c = nullptr;
    foreach (c, names)
        found.emplace_back(strVal(lfirst(c)));
    return found;
}

/// Of a literal of text, or a parameter; nullptr: it is something else.
const Node* word_of(const Node* value) {
    if (IsA(value, TypeCast)) {
        const auto* cast = reinterpret_cast<const TypeCast*>(value);
        if (cast->typeName->typmods != nullptr || cast->typeName->arrayBounds != nullptr ||
            !is_one_of(strVal(llast(cast->typeName->names)), "text", "varchar"))
            return nullptr;
        value = cast->arg;
    }
    if (IsA(value, ParamRef)) return value;
    if (!IsA(value, A_Const)) return nullptr;
    const auto* constant = reinterpret_cast<const A_Const*>(value);
    return !constant->isnull && IsA(&constant->val, String) ? value : nullptr;
}

}  // namespace

// Of WITH those of the whole statement alone, which every part of it sees.
ListedValues::ListedValues(const parse::Tokens& tokens, Node* statement) : tokens_(tokens) {
    walk(statement, this);
    const auto* with =
        IsA(statement, SelectStmt) ? reinterpret_cast<SelectStmt*>(statement)->withClause : nullptr;
    const ListCell* c = nullptr;
    foreach (c, with == nullptr ? nullptr : with->ctes) {
        const auto* query = static_cast<const CommonTableExpr*>(lfirst(c));
        const auto read = named_.find(query->ctename);
        if (read != named_.end() && read->second.columns.empty() && with_queries_.count(query->ctename) == 1)
            read->second = {names_in(query->aliascolnames), rows_of(query->ctequery)};
    }
}

bool ListedValues::walk(Node* node, void* context) {
    if (node == nullptr) return false;
    auto& self = *static_cast<ListedValues*>(context);
    if (IsA(node, CommonTableExpr))
        self.with_queries_.emplace(reinterpret_cast<CommonTableExpr*>(node)->ctename);
    if (IsA(node, RangeVar)) {
        const auto* table = reinterpret_cast<RangeVar*>(node);
        const bool may_be_a_query = table->alias == nullptr && table->schemaname == nullptr;
        const bool first = !self.named_.contains(alias_of(table));
        // Without columns: it may be the query of WITH that is called so.
        self.named_[alias_of(table)] =
            first && may_be_a_query ? Rows{} : Rows{.columns = {"", ""}, .rows = nullptr};
    }
    if (IsA(node, RangeSubselect) && reinterpret_cast<RangeSubselect*>(node)->alias != nullptr) {
        const auto* rows = reinterpret_cast<RangeSubselect*>(node);
        self.add(rows->alias->aliasname, rows->alias->colnames, rows_of(rows->subquery));
    }
    if (IsA(node, RangeFunction) && reinterpret_cast<RangeFunction*>(node)->alias != nullptr)
        self.add(reinterpret_cast<RangeFunction*>(node)->alias->aliasname, nullptr, nullptr);
    if (IsA(node, RangeTableFunc) && reinterpret_cast<RangeTableFunc*>(node)->alias != nullptr)
        self.add(reinterpret_cast<RangeTableFunc*>(node)->alias->aliasname, nullptr, nullptr);
    if (IsA(node, JoinExpr)) {
        const auto* join = reinterpret_cast<JoinExpr*>(node);
        for (const Alias* alias : {join->alias, join->join_using_alias}) {
            if (alias != nullptr) self.add(alias->aliasname, nullptr, nullptr);
        }
    }
    if (IsA(node, OnConflictClause)) self.add("excluded", nullptr, nullptr);
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(walk), context);
}

void ListedValues::add(std::string_view name, const List* columns, const List* rows) {
    const bool first = !named_.contains(name);
    auto names = names_in(columns);
    if (names.empty()) names.emplace_back("");
    named_[name] = {std::move(names), first ? rows : nullptr};
}

std::optional<std::vector<std::string>> ListedValues::of(const ColumnRef* column) const {
    if (list_length(column->fields) != 2 || !IsA(static_cast<const Node*>(llast(column->fields)), String))
        return std::nullopt;
    const auto found = named_.find(strVal(linitial(column->fields)));
    if (found == named_.end() || found->second.rows == nullptr) return std::nullopt;
    const std::string_view name = strVal(llast(column->fields));
    const auto& columns = found->second.columns;
    const auto place = std::ranges::find(columns, name) - columns.begin();
    if (std::ranges::count(columns, name) != 1) return std::nullopt;
    std::vector<std::string> texts;
    const ListCell* c = nullptr;
    foreach (c, found->second.rows) {
        const auto* row = static_cast<const List*>(lfirst(c));
        const Node* word = place < list_length(row)
                               ? word_of(static_cast<const Node*>(list_nth(row, static_cast<int>(place))))
                               : nullptr;
        if (word == nullptr) return std::nullopt;
        const int location = IsA(word, ParamRef) ? reinterpret_cast<const ParamRef*>(word)->location
                                                 : reinterpret_cast<const A_Const*>(word)->location;
        if (location < 0) return std::nullopt;
        const std::size_t at = tokens_.token_at(location);
        texts.push_back(tokens_.text_of(at, at + 1) + (IsA(word, ParamRef) ? "" : "::text"));
    }
    return texts;
}

}  // namespace sql::edits
