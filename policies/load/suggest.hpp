#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace policies::load {

/// `word` in single quotes, shortened when it is long, control characters replaced: fit for a message.
[[nodiscard]] std::string in_quotes(std::string_view word);

/// The one of `known` that `word` is probably a slip of.
[[nodiscard]] std::optional<std::string> near_miss(std::string_view word,
                                                   const std::vector<std::string>& known);

/// The second half of a message on an unknown word: "; did you mean 'phone'?", or "; write one of: a, b".
[[nodiscard]] std::string advice(std::string_view word, const std::vector<std::string>& known);

/// "a, b, c", cut after a dozen.
[[nodiscard]] std::string listed(const std::vector<std::string>& words);

}  // namespace policies::load
