#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "sql/parse/tokens.hpp"

struct Node;

namespace sql::edits {

/// a.x = b.y, by their text.
[[nodiscard]] bool compares_two_columns(const Node* node);

using TokenRange = std::pair<std::size_t, std::size_t>;

/// What AND joins in a condition, also in brackets within, as trees.
[[nodiscard]] std::vector<Node*> joined_by_and(Node* condition);
/// The same in the tokens [begin, end), as token ranges; brackets of anything else stay. One range where OR
/// or a CASE stands beside, in which AND means something else: then there may be more trees.
[[nodiscard]] std::vector<TokenRange> joined_by_and(const parse::Tokens& tokens, std::size_t begin,
                                                    std::size_t end);

}  // namespace sql::edits
