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

/// All that was to be charged fits.
struct RowCounted {};
/// Somebody would exceed a budget, or cannot be counted now: do not send the row.
struct RowStopped {
    std::variant<Exceeded, Unrecorded, Unshared> why;
    std::string subject;
};
/// Whether it fits is being asked: make the same calls again when the book has answered.
struct RowWaits {};
/// A hidden value is not what was asked for.
struct RowUnreadable {};
using RowResult = std::variant<RowCounted, RowStopped, RowWaits, RowUnreadable>;

/// Charges one session's rows to those who pay for them. What one message of the back end tells is charged by
/// one or several calls; after RowWaits the message comes again, and what is paid already is not charged
/// twice.
class RowAccount {
public:
    RowAccount(BudgetBook& book, monitoring::RoleMetrics& metrics);

    /// `keys` points at the first hidden column of a row of `shown`. What the row tells is added to
    /// `findings`.
    [[nodiscard]] RowResult charge(const Accounts& payers, wire::Values::Iterator keys,
                                   const sql::PrintedStatement& shown, TimePoint now, Findings& findings);

    /// The person whom an execution of `shown` asks about, who was not in its rows.
    [[nodiscard]] RowResult charge_asked(const Accounts& payers, Findings& findings,
                                         const sql::PrintedStatement& shown, TimePoint now);

    /// `misses` of people of `kinds` by a statement that reads `in_clear`, up to the first that does not fit.
    [[nodiscard]] RowResult charge_misses(const Accounts& payers, std::uint64_t misses,
                                          const std::set<std::string>& kinds,
                                          const std::set<std::string>& in_clear, TimePoint now);

    /// The message under way has been here before, and waited.
    [[nodiscard]] bool waited() const { return waited_; }
    /// It is through: what is charged next belongs to another one.
    void next_message();

    /// What was charged since the last call may be sent. False: it could not be recorded, and must not.
    [[nodiscard]] bool record();

private:
    /// Of the message's charges, in their order, the next one; true: it is paid.
    [[nodiscard]] bool paid_before();
    [[nodiscard]] RowResult outcome(ChargeResult charged, std::string_view kind);
    [[nodiscard]] RowResult charge_key(const Accounts& payers, const Sighting& sighting, TimePoint now);
    [[nodiscard]] RowResult charge_nobody(const Accounts& payers, const Sighting& nobody, TimePoint now,
                                          Findings& findings);
    [[nodiscard]] RowResult charge_miss(const Accounts& payers, const std::set<std::string>& kinds,
                                        const std::set<std::string>& in_clear, TimePoint now);

    BudgetBook& book_;
    monitoring::RoleMetrics& metrics_;
    bool charged_ = false;           // since the last record()
    std::vector<std::string> keys_;  // of the hidden value under way; kept for its memory
    bool waited_ = false;
    std::size_t at_ = 0;        // of the message's charges
    std::size_t paid_ = 0;      // the first so many of them
    std::optional<Miss> miss_;  // that waits
};

}  // namespace gateway::accounting
