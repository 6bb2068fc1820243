#pragma once

#include <string>

#include "gateway/accounting/budget_book.hpp"

namespace gateway::accounting {

/// What the client reads when a budget stops it.
struct BudgetWords {
    std::string message;
    std::string hint;
};

/// "budget reached: 10 of 10 customers seen in the last hour (payments.yaml:31)", and when more will be.
[[nodiscard]] BudgetWords words_of(const Exceeded& exceeded);

/// "hour", "90 minutes": a window in its largest unit.
[[nodiscard]] std::string window_words(std::chrono::seconds window);

}  // namespace gateway::accounting
