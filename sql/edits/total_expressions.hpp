#pragma once

#include <functional>

#include "sql/catalog.hpp"

struct Node;

/// Expressions over a row that no value in it can make fail: an error would tell of the person whose it is.
namespace sql::edits {

/// The type of a column that a ColumnRef names; 0: not known.
using TypeOf = std::function<Oid(const Node*)>;

[[nodiscard]] bool has_column(Node* node);

/// Only forms that no value of a column can make fail. `node` may hold columns.
[[nodiscard]] bool cannot_fail(Node* node, const TypeOf& type_of);

/// The column of width_bucket(column, constants); nullptr: `key` is something else. It fails on NaN, but as a
/// grouping key on whoever has it: no condition chooses for which rows it is worked out.
[[nodiscard]] const Node* bucketed(const Node* key);

}  // namespace sql::edits
