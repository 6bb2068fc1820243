#pragma once

#include <functional>

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {

/// Visits each place below `slot` in which the tree holds an expression, `slot` itself first. What `visit`
/// returns true for is not entered. Sub-queries are entered.
void visit_slots(Node** slot, const std::function<bool(Node**)>& visit);

/// Whether `node` itself stands anywhere in an expression, or in a list of them.
[[nodiscard]] bool stands_in(const void* node, Node* expression);

}  // namespace sql::edits
