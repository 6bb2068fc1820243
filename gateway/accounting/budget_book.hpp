#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "policies/policy_set.hpp"

namespace gateway::accounting {

using TimePoint = std::chrono::steady_clock::time_point;

/// The person fits: counted now, or already counted in every window.
struct Charged {
    bool first_sighting = false;  // new in at least one window
};

/// The person would exceed a budget: do not send the row.
struct Exceeded {
    std::uint64_t seen = 0;
    std::uint64_t allowed = 0;
    std::chrono::seconds window{};
    std::chrono::seconds more_in{};  // until the oldest sighting leaves the window
    policies::RuleId rule;
};

using ChargeResult = std::variant<Charged, Exceeded>;

/// Distinct subjects per user and sliding window, in memory, shared by all sessions. Thread-safe.
class BudgetBook {
public:
    BudgetBook();
    ~BudgetBook();
    BudgetBook(const BudgetBook&) = delete;
    BudgetBook& operator=(const BudgetBook&) = delete;

    /// Charges `user` with seeing subject `key` of kind `subject`. Nothing is counted when Exceeded.
    [[nodiscard]] ChargeResult charge(std::string_view user, std::string_view subject, std::string_view key,
                                      const std::vector<policies::Budget>& budgets, TimePoint now);

    /// Charges a search that found nobody, or a failed protected statement, as one subject of its own.
    [[nodiscard]] ChargeResult charge_miss(std::string_view user, std::string_view subject,
                                           const std::vector<policies::Budget>& budgets, TimePoint now);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace gateway::accounting
