#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "sql/parse/tokens.hpp"

struct Node;

namespace sql::edits {

/// a.x = b.y, by their text.
[[nodiscard]] bool compares_two_columns(const Node* node);

/// What AND joins in a condition, as trees.
[[nodiscard]] std::vector<const Node*> joined_by_and(const Node* condition);
/// The same in the tokens [begin, end), which may stand in brackets, as token ranges. Empty: a CASE is among
/// them, in which AND means something else.
[[nodiscard]] std::vector<std::pair<std::size_t, std::size_t>> joined_by_and(const parse::Tokens& tokens,
                                                                             std::size_t begin,
                                                                             std::size_t end);

}  // namespace sql::edits
