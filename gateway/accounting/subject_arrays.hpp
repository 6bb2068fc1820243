#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gateway::accounting {

/// Appends the keys of one hidden value to `keys`. Depth 0: the value is the key. Depth n: it is the text
/// form of a one-dimensional text[] (PostgreSQL docs, 8.15.6) whose elements are values of depth n - 1; NULL
/// elements are nobody. False: the value is not of that form, and `keys` is of no use.
[[nodiscard]] bool append_subjects(std::string_view value, int array_depth, std::vector<std::string>& keys);

}  // namespace gateway::accounting
