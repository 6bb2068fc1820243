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

}  // namespace sql::edits
