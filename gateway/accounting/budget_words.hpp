#pragma once

#include <string>
#include <string_view>

#include "gateway/accounting/budget_book.hpp"

namespace gateway::accounting {

/// What the client reads when a budget stops it.
struct BudgetWords {
    std::string message;
    std::string hint;
};

/// "10 of 10 customers seen in the last hour (payments.yaml:31)", and when more will be.
[[nodiscard]] BudgetWords words_of(const Exceeded& exceeded, std::string_view subject);

}  // namespace gateway::accounting
