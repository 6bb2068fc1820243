#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "gateway/accounting/budget_book.hpp"
#include "gateway/accounting/findings.hpp"
#include "gateway/wire/fields.hpp"
#include "monitoring/metrics.hpp"
#include "sql/analyze.hpp"

namespace gateway::accounting {

/// All people of the row fit.
struct RowCounted {};
/// Somebody of the row would exceed the budget: do not send it.
struct RowStopped {
    Exceeded exceeded;
    std::string subject;
};
/// A hidden value is not what was asked for.
struct RowUnreadable {};
using RowResult = std::variant<RowCounted, RowStopped, RowUnreadable>;

/// Charges one session's rows to its user.
class RowAccount {
public:
    RowAccount(BudgetBook& book, std::string user, monitoring::RoleMetrics& metrics);

    /// `keys` points at the first hidden column of a row; there are as many as `hidden` describes. What the
    /// row tells is added to `findings`.
    [[nodiscard]] RowResult charge(wire::Values::Iterator keys, const std::vector<sql::HiddenColumn>& hidden,
                                   const std::vector<policies::Budget>& budgets, TimePoint now,
                                   Findings& findings);

    /// The person whom an execution asks about, who was not in its rows.
    [[nodiscard]] std::optional<RowStopped> charge_asked(Findings& findings,
                                                         const std::vector<policies::Budget>& budgets,
                                                         TimePoint now);

    /// `misses` for each of the kinds of subject; the first that does not fit.
    [[nodiscard]] std::optional<RowStopped> charge_misses(std::uint64_t misses,
                                                          const std::set<std::string>& kinds,
                                                          const std::vector<policies::Budget>& budgets,
                                                          TimePoint now);

private:
    [[nodiscard]] std::optional<RowStopped> charge_key(const std::string& kind, const std::string& key,
                                                       const std::vector<policies::Budget>& budgets,
                                                       TimePoint now);
    [[nodiscard]] std::optional<RowStopped> charge_nobody(const std::string& kind, const std::string& key,
                                                          const std::vector<policies::Budget>& budgets,
                                                          TimePoint now, Findings& findings);

    BudgetBook& book_;
    std::string user_;
    monitoring::RoleMetrics& metrics_;
    std::vector<std::string> keys_;  // of the hidden value under way; kept for its memory
};

}  // namespace gateway::accounting
