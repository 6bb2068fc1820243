#pragma once

#include <string_view>
#include <vector>

#include "sql/parse/tokens.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {

/// A target list, FROM and WHERE, and nothing else. Says nothing of aggregates in the target list.
[[nodiscard]] inline bool is_plain_list(const SelectStmt* select) {
    return select->op == SETOP_NONE && select->valuesLists == nullptr && select->distinctClause == nullptr &&
           select->groupClause == nullptr && select->havingClause == nullptr &&
           select->windowClause == nullptr && select->sortClause == nullptr &&
           select->limitCount == nullptr && select->limitOffset == nullptr &&
           select->lockingClause == nullptr && select->withClause == nullptr && select->intoClause == nullptr;
}

/// ROLLUP, CUBE or GROUPING SETS: a row comes back in several groups.
[[nodiscard]] inline bool groups_by_sets(const SelectStmt* select) {
    const ListCell* c = nullptr;
    foreach (c, select->groupClause) {
        if (IsA(static_cast<const Node*>(lfirst(c)), GroupingSet)) return true;
    }
    return false;
}

/// The same with GROUP BY, but no grouping sets. How its groups are ordered says nothing to a query around
/// it.
[[nodiscard]] inline bool is_plain_grouping(const SelectStmt* select) {
    SelectStmt plain = *select;
    plain.groupClause = nullptr;
    plain.sortClause = nullptr;
    return select->groupClause != nullptr && !groups_by_sets(select) && is_plain_list(&plain);
}

/// The join that all of FROM is, without an alias of its own; nullptr: FROM is something else.
[[nodiscard]] inline const JoinExpr* only_join(const SelectStmt* select) {
    const auto* item = list_length(select->fromClause) == 1
                           ? static_cast<const Node*>(linitial(select->fromClause))
                           : nullptr;
    if (item == nullptr || !IsA(item, JoinExpr)) return nullptr;
    const auto* join = reinterpret_cast<const JoinExpr*>(item);
    return join->alias == nullptr && join->quals != nullptr ? join : nullptr;
}

/// * or columns by their own names.
[[nodiscard]] inline bool lists_columns(const List* targets) {
    const ListCell* c = nullptr;
    foreach (c, targets) {
        const auto* target = static_cast<const ResTarget*>(lfirst(c));
        if (target->indirection != nullptr || target->location < 0 || !IsA(target->val, ColumnRef))
            return false;
        const auto* last =
            static_cast<const Node*>(llast(reinterpret_cast<const ColumnRef*>(target->val)->fields));
        if (IsA(last, A_Star)) continue;
        if (target->name != nullptr && std::string_view(target->name) != strVal(last)) return false;
    }
    return targets != nullptr;
}

/// The columns that are named below `node`. true: a sub-query or a * is among them.
inline bool collect_columns(Node* node, std::vector<const ColumnRef*>* columns) {
    if (node == nullptr) return false;
    if (IsA(node, SubLink) || IsA(node, RangeSubselect)) return true;
    if (IsA(node, ColumnRef)) {
        columns->push_back(reinterpret_cast<ColumnRef*>(node));
        return IsA(static_cast<Node*>(llast(columns->back()->fields)), A_Star);
    }
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_columns), columns);
}

/// The token at which the target list begins, which has a place in the text.
[[nodiscard]] inline std::size_t first_target(const parse::Tokens& tokens, const SelectStmt* select) {
    return tokens.token_at(static_cast<const ResTarget*>(linitial(select->targetList))->location);
}

}  // namespace sql::edits
