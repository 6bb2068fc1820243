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
/// Somebody of the row would exceed a budget, or cannot be written down: do not send it.
struct RowStopped {
    std::variant<Exceeded, Unrecorded> why;
    std::string subject;
};
/// A hidden value is not what was asked for.
struct RowUnreadable {};
using RowResult = std::variant<RowCounted, RowStopped, RowUnreadable>;

/// Charges one session's rows to those who pay for them.
class RowAccount {
public:
    RowAccount(BudgetBook& book, monitoring::RoleMetrics& metrics);

    /// `keys` points at the first hidden column of a row of `shown`. What the row tells is added to
    /// `findings`.
    [[nodiscard]] RowResult charge(const Accounts& payers, wire::Values::Iterator keys,
                                   const sql::PrintedStatement& shown, TimePoint now, Findings& findings);

    /// The person whom an execution of `shown` asks about, who was not in its rows.
    [[nodiscard]] std::optional<RowStopped> charge_asked(const Accounts& payers, Findings& findings,
                                                         const sql::PrintedStatement& shown, TimePoint now);

    /// `misses` of people of `kinds` by a statement that reads `in_clear`; the first that does not fit.
    [[nodiscard]] std::optional<RowStopped> charge_misses(const Accounts& payers, std::uint64_t misses,
                                                          const std::set<std::string>& kinds,
                                                          const std::set<std::string>& in_clear,
                                                          TimePoint now);

    /// What was charged since the last call may be sent. False: it could not be recorded, and must not.
    [[nodiscard]] bool record();

private:
    [[nodiscard]] static std::optional<RowStopped> stopped_by(ChargeResult charged, std::string_view kind);
    [[nodiscard]] std::optional<RowStopped> charge_key(const Accounts& payers, const Sighting& sighting,
                                                       TimePoint now);
    [[nodiscard]] std::optional<RowStopped> charge_nobody(const Accounts& payers, const Sighting& nobody,
                                                          TimePoint now, Findings& findings);

    BudgetBook& book_;
    monitoring::RoleMetrics& metrics_;
    bool charged_ = false;           // since the last record()
    std::vector<std::string> keys_;  // of the hidden value under way; kept for its memory
};

}  // namespace gateway::accounting
