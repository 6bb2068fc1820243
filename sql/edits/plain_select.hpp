#pragma once

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

}  // namespace sql::edits
