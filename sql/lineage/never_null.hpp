#pragma once

#include "sql/catalog.hpp"

struct Node;

namespace sql::lineage {

/// Whether `x IS NULL` is false of a column of type `column` to which `value` was assigned, whatever
/// parameters are bound: of a constant, and of the time as PostgreSQL tells it. nullptr: of no value.
[[nodiscard]] bool is_never_null(const Node* value, Oid column, const Catalog& catalog);

}  // namespace sql::lineage
