#include "gateway/accounting/budget_words.hpp"

#include <algorithm>

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

/// "59 minutes": rounded up, in the largest unit of which there are at least two.
std::string wait_words(std::chrono::seconds wait) {
    for (const Unit& unit : units) {
        if (wait >= 2 * unit.length)
            return plural((wait + unit.length - std::chrono::seconds(1)) / unit.length, unit.name);
    }
    return plural(wait.count(), "second");
}

/// "", "of team jakarta ": whose budget it is, where it is not the reader's own.
std::string owner_words(const Exceeded& exceeded) {
    switch (exceeded.of) {
        case Account::Of::person: return "";
        case Account::Of::team: return "of team " + exceeded.account + ' ';
        case Account::Of::tool: return "of user " + exceeded.account + ' ';
        case Account::Of::role: return "of role " + exceeded.account + ' ';
    }
    return "";
}

/// "30 customers seen", "5 people seen with phone in clear".
std::string counted_words(const policies::Counted& counted, std::uint64_t count) {
    const auto number = static_cast<std::int64_t>(count);
    switch (counted.what) {
        case policies::Counted::What::people: return plural(number, counted.name) + " seen";
        case policies::Counted::What::in_clear:
            return fmt::format("{} {} seen with {} in clear", count, count == 1 ? "person" : "people",
                               counted.name);
        case policies::Counted::What::misses:
            return fmt::format("{} {} that found nobody", count, count == 1 ? "question" : "questions");
    }
    return "";
}

std::string hint_words(const policies::Counted& counted, const std::string& wait) {
    switch (counted.what) {
        case policies::Counted::What::people:
            return fmt::format("Who was seen already can be read again. The next new {} can be seen in {}.",
                               counted.name, wait);
        case policies::Counted::What::in_clear:
            return fmt::format(
                "Leave {} out, or read who was seen with it already. The next can be seen in "
                "{}.",
                counted.name, wait);
        case policies::Counted::What::misses:
            return fmt::format(
                "Ask for those of whom you know that they are there. The next question that "
                "finds nobody is allowed in {}.",
                wait);
    }
    return "";
}

}  // namespace

std::string window_words(std::chrono::seconds window) {
    for (const Unit& unit : units) {
        if (window == unit.length) return std::string(unit.name);
        if (window > unit.length && window % unit.length == std::chrono::seconds(0))
            return plural(window / unit.length, unit.name);
    }
    return plural(window.count(), "second");
}

BudgetWords words_of(const Exceeded& exceeded) {
    const std::uint64_t most = exceeded.limit.most;
    const std::uint64_t left = most - std::min(exceeded.seen, most);
    const bool fewer_would_fit = left > 0 && exceeded.counted.what != policies::Counted::What::misses;
    return {.message = fmt::format(
                "budget {}reached: {} of {} in the last {}{} ({})", owner_words(exceeded), exceeded.seen,
                counted_words(exceeded.counted, most), window_words(exceeded.limit.window),
                fewer_would_fit ? fmt::format(", and this is about more than the {} who are left", left) : "",
                exceeded.limit.rule.text()),
            .hint = fewer_would_fit ? "Ask for fewer at once."
                                    : hint_words(exceeded.counted, wait_words(exceeded.more_in))};
}

}  // namespace gateway::accounting
