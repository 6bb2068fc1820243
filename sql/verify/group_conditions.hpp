#pragma once

#include <vector>

#include "sql/verify/grouped_from.hpp"
#include "sql/verify/guards.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::verify {

/// Two conditions that OR joins, or none.
[[nodiscard]] std::vector<Node*> sides_of(Node* condition);
[[nodiscard]] bool names_one_column(Node* condition);

/// Whether each names one column at most, or two of one table that it compares, or each side of an OR names
/// one: not a key of a person, but to ask whether there is one, not a mask, nothing hidden.
[[nodiscard]] bool are_harmless(const GroupedFrom& from, const Conditions& conditions);

}  // namespace sql::verify
