#pragma once

#include "sql/errors.hpp"
#include "sql/parse/tree_memory.hpp"

#include <vector>

#include "sql/parse/pg_nodes.hpp"

namespace sql::verify {

/// A constant, a parameter, an array of them, or what functions over text make of them, cast or not: a value
/// that no row decides. The depth of the tree has been bounded.
[[nodiscard]] bool is_constant(const Node* node);

/// The nodes right below `node`. An error for a form that PostgreSQL's walker does not know.
[[nodiscard]] Result<std::vector<Node*>> children_of(parse::TreeMemory& memory, Node* node);
/// The same, behind what `found` holds.
[[nodiscard]] Result<void> add_children(parse::TreeMemory& memory, Node* node, std::vector<Node*>& found);

}  // namespace sql::verify
