#include "gateway/accounting/budget_words.hpp"

#include <fmt/format.h>

namespace gateway::accounting {
namespace {

struct Unit {
    std::chrono::seconds length;
    std::string_view name;
};
constexpr Unit units[] = {{std::chrono::hours(24 * 7), "week"},
                          {std::chrono::hours(24), "day"},
                          {std::chrono::hours(1), "hour"},
                          {std::chrono::minutes(1), "minute"}};

std::string plural(std::int64_t count, std::string_view word) {
    return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
}

/// "hour", "90 minutes": the largest unit that divides the window.
std::string window_words(std::chrono::seconds window) {
    for (const Unit& unit : units) {
        if (window == unit.length) return std::string(unit.name);
        if (window > unit.length && window % unit.length == std::chrono::seconds(0))
            return plural(window / unit.length, unit.name);
    }
    return plural(window.count(), "second");
}

/// "59 minutes": rounded up, in the largest unit of which there are at least two.
std::string wait_words(std::chrono::seconds wait) {
    for (const Unit& unit : units) {
        if (wait >= 2 * unit.length)
            return plural((wait + unit.length - std::chrono::seconds(1)) / unit.length, unit.name);
    }
    return plural(wait.count(), "second");
}

}  // namespace

BudgetWords words_of(const Exceeded& exceeded, std::string_view subject) {
    return {.message = fmt::format("budget reached: {} of {} seen in the last {} ({})", exceeded.seen,
                                   plural(static_cast<std::int64_t>(exceeded.allowed), subject),
                                   window_words(exceeded.window), exceeded.rule.text()),
            .hint = fmt::format("Who was seen already can be read again. The next new {} can be seen in {}.",
                                subject, wait_words(exceeded.more_in))};
}

}  // namespace gateway::accounting
