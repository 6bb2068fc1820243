#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace gateway::detection {

/// A key as a place in a series: "4711" and "4712" stand side by side, and so do "C-0099" and "C-0100".
struct SeriesPlace {
    std::string_view series;  // what stands before the digits at the end
    std::uint64_t place = 0;
};

/// nullopt: the key does not end in a digit.
[[nodiscard]] std::optional<SeriesPlace> place_in_series(std::string_view key);

}  // namespace gateway::detection
