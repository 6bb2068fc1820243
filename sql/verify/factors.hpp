#pragma once

#include <optional>
#include <vector>

#include "sql/parse/tree_memory.hpp"
#include "sql/summaries.hpp"

struct Node;

namespace sql::verify {

/// The factors of each product in `values`, an expression or the list of an aggregate's arguments, if two of
/// them or more name columns: those that do, and behind one that is a sum its columns. Of several arguments,
/// and of an aggregate that works with products, of any number of factors. nullopt: a sum stands within a
/// call or a cast of a factor. sql/edits/factors.hpp finds the same in a text, in the same order.
[[nodiscard]] std::optional<std::vector<Node*>> factors_in(Node* values, Weighing weighs);

/// (factor) <> 0
[[nodiscard]] Node* is_not_zero(parse::TreeMemory& memory, Node* factor);

}  // namespace sql::verify
