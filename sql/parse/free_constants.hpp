#pragma once

#include <cstdint>
#include <vector>

struct Node;

namespace sql::parse {

/// Begins of the constants of a statement (of their minus sign, where they have one) whose values the
/// analysis never looks at: those that a WHERE or a JOIN's ON compares or computes with. Not those that say
/// something about the statement itself (ordinals, LIMIT, frames, type modifiers), that name an object
/// (regclass), that hold several values (= ANY), or that a function gets. Whoever makes the analysis look at
/// the value of one of these takes it off this list.
[[nodiscard]] std::vector<std::uint32_t> free_constants(Node* statement);

}  // namespace sql::parse
