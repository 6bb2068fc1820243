#include "policies/load/windows.hpp"

#include <algorithm>
#include <array>

namespace policies::load {
namespace {

struct Unit {
    const char* name;
    std::chrono::seconds length;
};
constexpr std::array units{
    Unit{"second", std::chrono::seconds(1)},  Unit{"minute", std::chrono::minutes(1)},
    Unit{"hour", std::chrono::hours(1)},      Unit{"day", std::chrono::hours(24)},
    Unit{"week", std::chrono::hours(24 * 7)},
};

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    std::size_t start = 0;
    while ((start = text.find_first_not_of(" \t", start)) != std::string_view::npos) {
        const std::size_t end = std::min(text.find_first_of(" \t", start), text.size());
        words.emplace_back(text.substr(start, end - start));
        start = end;
    }
    return words;
}

std::optional<std::chrono::seconds> window_of(std::string_view word) {
    for (const Unit& unit : units) {
        if (word == unit.name || word == std::string(unit.name) + 's') return unit.length;
    }
    return std::nullopt;
}

const std::vector<std::string>& window_words() {
    static const std::vector<std::string> words{"second", "minute", "hour", "day", "week"};
    return words;
}

}  // namespace policies::load
