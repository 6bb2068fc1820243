#pragma once

#include <functional>

#include "sql/catalog.hpp"

struct Node;

/// Expressions over a row that no value in it can make fail: an error would tell of the person whose it is.
namespace sql::edits {

/// The type of a column that a ColumnRef names, or of a cast that is a constant; 0: not known, or none.
using TypeOf = std::function<Oid(const Node*)>;

/// Only forms that no value of a column can make fail, and that have the same value whenever they are worked
/// out. What holds no column must not fail either: whether it is reached may hang on a row.
[[nodiscard]] bool cannot_fail(Node* node, const TypeOf& type_of);

}  // namespace sql::edits
