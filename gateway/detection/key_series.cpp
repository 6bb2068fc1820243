#include "gateway/detection/key_series.hpp"

namespace gateway::detection {
namespace {

constexpr std::size_t most_digits = 18;  // of which every number fits 64 bits

}  // namespace

std::optional<SeriesPlace> place_in_series(std::string_view key) {
    std::size_t begin = key.size();
    while (begin > 0 && key.size() - begin < most_digits && key[begin - 1] >= '0' && key[begin - 1] <= '9')
        --begin;
    if (begin == key.size()) return std::nullopt;
    SeriesPlace found{key.substr(0, begin)};
    for (const char digit : key.substr(begin))
        found.place = found.place * 10 + static_cast<std::uint64_t>(digit - '0');
    return found;
}

}  // namespace gateway::detection
