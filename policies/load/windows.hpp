#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace policies::load {

/// The words of `text`, which blanks and tabs part.
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);

/// A second, minute, hour, day or week, singular or plural.
[[nodiscard]] std::optional<std::chrono::seconds> window_of(std::string_view word);

/// What window_of() knows, for messages.
[[nodiscard]] const std::vector<std::string>& window_words();

}  // namespace policies::load
