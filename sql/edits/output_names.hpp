#pragma once

#include <string_view>
#include <vector>

#include "sql/edits/text_changes.hpp"
#include "sql/parse/tokens.hpp"
#include "sql/resolve/resolver.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {

/// Whether a column of the query's result is called so.
[[nodiscard]] inline bool is_output_name(const SelectStmt* select, std::string_view name) {
    const ListCell* c = nullptr;
    foreach (c, select->targetList) {
        if (resolve::output_name(static_cast<const ResTarget*>(lfirst(c))) == name) return true;
    }
    return false;
}

/// Whether `ref` is all of a key of ORDER BY, where an output of its name comes before a column.
[[nodiscard]] inline bool is_order_key(const SelectStmt* select, const ColumnRef* ref) {
    const ListCell* c = nullptr;
    foreach (c, select->sortClause) {
        if (static_cast<const SortBy*>(lfirst(c))->node == reinterpret_cast<const Node*>(ref)) return true;
    }
    return false;
}

/// Outputs at and below `query` in which something was changed keep the names that they had.
void keep_output_names(const parse::Tokens& tokens, const SelectStmt* query,
                       std::vector<TextChange>& changes);

}  // namespace sql::edits
