#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "sql/parse/tokens.hpp"

struct Node;

namespace sql::edits {

/// (SELECT ...) ORDER BY 1 LIMIT 3: the text of `statement`, bytes [begin, end), without one pair of brackets
/// behind which clauses of the query in it stand. nullopt: there is none.
[[nodiscard]] std::optional<std::string> with_clauses_inside(const parse::Tokens& tokens, std::size_t begin,
                                                             std::size_t end, const Node* statement);

}  // namespace sql::edits
