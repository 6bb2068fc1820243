#include "policies/load/suggest.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace policies::load {
namespace {

constexpr std::size_t longest_compared = 128;  // bytes; two names of PostgreSQL and a dot
constexpr std::size_t longest_list = 12;

std::string lower(std::string_view word) {
    std::string result(word);
    std::ranges::transform(result, result.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

// Edit distance with neighbours swapped counted as one slip (optimal string alignment).
std::size_t distance(const std::string& a, const std::string& b) {
    std::vector<std::size_t> before;
    std::vector<std::size_t> previous(b.size() + 1);
    std::vector<std::size_t> current(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        previous[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        current[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            current[j] = std::min({previous[j] + 1, current[j - 1] + 1, change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                current[j] = std::min(current[j], before[j - 2] + 1);
            }
        }
        before = std::exchange(previous, current);
    }
    return previous[b.size()];
}

}  // namespace

std::string in_quotes(std::string_view word) {
    constexpr std::size_t longest_shown = 64;
    std::string shown = "'";
    std::size_t size = std::min(word.size(), longest_shown);
    // Not within a character of several bytes.
    while (size < word.size() && size > 0 && (static_cast<unsigned char>(word[size]) & 0xC0U) == 0x80U)
        --size;
    for (const char c : word.substr(0, size))
        shown += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    if (size < word.size()) shown += "...";
    return shown + '\'';
}

std::optional<std::string> near_miss(std::string_view word, const std::vector<std::string>& known) {
    if (word.empty() || word.size() > longest_compared) return std::nullopt;
    const std::string lowered = lower(word);
    const std::size_t allowed = 1 + lowered.size() / 4;
    const std::string* best = nullptr;
    std::size_t best_distance = allowed + 1;
    for (const std::string& candidate : known) {
        if (candidate.size() > word.size() + allowed || candidate.size() + allowed < word.size()) continue;
        const std::size_t slips = distance(lowered, lower(candidate));
        if (slips < best_distance && slips < candidate.size()) {
            best = &candidate;
            best_distance = slips;
        }
    }
    if (best == nullptr) return std::nullopt;
    return *best;
}

std::string listed(const std::vector<std::string>& words) {
    std::string list;
    for (std::size_t i = 0; i < words.size() && i < longest_list; ++i)
        list += (i == 0 ? "" : ", ") + words[i];
    if (words.size() > longest_list) list += ", ...";
    return list;
}

std::string advice(std::string_view word, const std::vector<std::string>& known) {
    if (const auto near = near_miss(word, known)) return "; did you mean " + in_quotes(*near) + '?';
    if (known.empty()) return {};
    return (known.size() == 1 ? "; write " : "; write one of: ") + listed(known);
}

}  // namespace policies::load
