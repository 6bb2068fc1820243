#pragma once

#include <cstdint>
#include <vector>

struct Node;

namespace sql::parse {

/// Begins of the constants of a SELECT whose values nothing but the print hangs on: those that a WHERE or a
/// JOIN's ON compares with a column (=, <>, <, <=, >, >=, IN, BETWEEN), also under a cast to a plain type.
/// All other constants keep their values in the key of a plan: they may be ordinals, limits, frames, type
/// modifiers, names of objects (regclass) or of settings, patterns (LIKE), lists (= ANY), paths, or
/// conditions by themselves (1 = 0). Whoever makes the analysis look at the value of one of these takes it
/// off this list. A constant with a sign begins at the sign: it is not the begin of a token that is a
/// constant.
[[nodiscard]] std::vector<std::uint32_t> free_constants(Node* statement);

}  // namespace sql::parse
