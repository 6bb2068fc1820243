#pragma once

#include <vector>

#include "sql/parse/tree_memory.hpp"

struct Node;

namespace sql::verify {

/// The factors of each product in `values`, an expression or the list of an aggregate's arguments, if two of
/// them or more name columns: those that do. Of several arguments, of any number of factors.
/// sql/edits/factors.hpp finds the same in a text, in the same order.
[[nodiscard]] std::vector<Node*> factors_in(Node* values);

/// (factor) <> 0
[[nodiscard]] Node* is_not_zero(parse::TreeMemory& memory, Node* factor);

}  // namespace sql::verify
