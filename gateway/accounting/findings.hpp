#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gateway/accounting/charge_result.hpp"

namespace gateway::accounting {

/// Somebody by kind and key.
struct Subject {
    std::string kind;
    std::string key;
};

/// People of one hidden column's array, who are all charged.
struct CountedArray {
    std::string text{};  // of the array
    std::size_t people = 0;
    TimePoint at{};
};

/// What one execution of a statement has told of people so far.
struct Findings {
    std::set<std::string> searched{};    // keys of those whom its exact searches found
    std::set<std::string> answered{};    // questions that it asks once, and that nobody fitted
    std::optional<Subject> asked{};      // the only person whom it asks about
    std::vector<CountedArray> arrays{};  // of the last row, by hidden column
    bool told = false;                   // somebody, or that nobody fits, was charged
    std::uint64_t misses = 0;            // charged so far
    std::uint64_t given_free = 0;        // times that rows were given with nobody charged behind them
    bool charged = false;                // somebody, in the slice under way
    bool ended = false;
    std::optional<std::uint64_t> due{};  // misses when no more rows come, which are being charged

    /// Misses that are still due when no more rows come: each searched value that found nobody, and at least
    /// one for an answer of no rows. 0 when they were charged before, and it `ended`; the same number again
    /// while a charge waits.
    [[nodiscard]] std::uint64_t due_misses(int searched_values, bool empty_answers) {
        if (ended) return 0;
        if (!due) due = misses_of(searched_values, empty_answers);
        return *due;
    }

    /// Misses of an execution that failed: behind which of the rows that were given free tells as much as so
    /// many questions that are answered by yes or no.
    [[nodiscard]] std::uint64_t failure_misses(int searched_values) {
        return std::max<std::uint64_t>(1, due_misses(searched_values, false)) + stop_misses() - 1;
    }
    /// A slice is given. Behind which of those that charged nobody it fails may tell of somebody.
    void end_slice() {
        if (!charged) ++given_free;
        charged = false;
        arrays.clear();  // the next one may be for somebody else
    }
    /// Room that there must be for what it costs when it is stopped, or fails, behind one slice more.
    [[nodiscard]] std::uint64_t room_for_a_slice() const { return given_free == 0 ? 1 : stop_misses() + 1; }

    /// No more are due.
    void end() {
        ended = true;
        due.reset();
    }

private:
    /// Of an execution that was stopped.
    [[nodiscard]] std::uint64_t stop_misses() const {
        return 1 + static_cast<std::uint64_t>(std::bit_width(given_free));
    }
    [[nodiscard]] std::uint64_t misses_of(int searched_values, bool empty_answers) const {
        const auto values = static_cast<std::uint64_t>(searched_values);
        std::uint64_t all = values - std::min<std::uint64_t>(values, searched.size());
        if (empty_answers && !told) all = std::max<std::uint64_t>(all, 1);
        return all - std::min(all, misses);
    }
};

}  // namespace gateway::accounting
