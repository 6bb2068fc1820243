#pragma once

struct Node;

namespace sql::parse {

class TreeMemory;

/// An expression that a temporary table keeps, in an index or a constraint: over its columns, by their bare
/// names, and nothing else. No query stands in it, no table's name, no parameter and no row as a whole.
[[nodiscard]] bool is_own_expression(TreeMemory& memory, Node* expression);

}  // namespace sql::parse
