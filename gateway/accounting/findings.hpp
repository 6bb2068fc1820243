#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>

namespace gateway::accounting {

/// Somebody by kind and key.
struct Subject {
    std::string kind;
    std::string key;
};

/// What one execution of a statement has told of people so far.
struct Findings {
    std::set<std::string> searched{};  // keys of those whom its exact searches found
    std::set<std::string> answered{};  // questions that it asks once, and that nobody fitted
    std::optional<Subject> asked{};    // the only person whom it asks about
    bool told = false;                 // somebody, or that nobody fits, was charged
    std::uint64_t misses = 0;          // charged so far
    bool ended = false;

    /// Misses that are still due when no more rows come: each searched value that found nobody, and at least
    /// one for an answer of no rows. 0 when they were charged before, and it `ended`.
    [[nodiscard]] std::uint64_t due_misses(int searched_values, bool empty_answers) const {
        if (ended) return 0;
        const auto values = static_cast<std::uint64_t>(searched_values);
        std::uint64_t due = values - std::min<std::uint64_t>(values, searched.size());
        if (empty_answers && !told) due = std::max<std::uint64_t>(due, 1);
        return due - std::min(due, misses);
    }
};

}  // namespace gateway::accounting
