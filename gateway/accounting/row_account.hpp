#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "gateway/accounting/budget_book.hpp"
#include "gateway/accounting/findings.hpp"
#include "gateway/accounting/payers.hpp"
#include "gateway/detection/detection.hpp"
#include "gateway/wire/fields.hpp"
#include "monitoring/metrics.hpp"
#include "sql/analyze.hpp"

namespace gateway::accounting {

/// All that was to be charged fits.
struct RowCounted {};
/// More rows than can be counted stand behind one value.
struct TooManyBehind {};
/// Somebody would exceed a budget, cannot be counted now, or must not be looked up so: do not send the row.
struct RowStopped {
    std::variant<Exceeded, Unrecorded, Unshared, TooManyBehind, detection::Stopped> why;
    std::string subject;
};
/// Whether it fits is being asked: make the same calls again when the book has answered.
struct RowWaits {};
/// A hidden value is not what was asked for.
struct RowUnreadable {};
using RowResult = std::variant<RowCounted, RowStopped, RowWaits, RowUnreadable>;

/// Charges one session's rows to those who pay for them, and shows to detectors whom it charged. What one
/// message of the back end tells is charged by one or several calls; after RowWaits the message comes again,
/// and what is paid already is not charged twice.
class RowAccount {
public:
    RowAccount(BudgetBook& book, detection::Detection& detection, monitoring::RoleMetrics& metrics);

    /// `keys` are those of a row of `shown`, one of each of its hidden columns. What the row tells is added
    /// to `findings`. `together`: of people of one column all are charged or none; else all up to the first
    /// that does not fit.
    [[nodiscard]] RowResult charge(const Payers& payers, std::span<const wire::Value> keys,
                                   const sql::PrintedStatement& shown, TimePoint now, Findings& findings,
                                   bool together);

    /// People of several rows of `shown`, by its hidden columns: charged one after the other, as far as
    /// charge() would have nothing else to say of them. How many were charged; of a row that they are a part
    /// of, the rest is charged by charge(), after paid_so_far().
    [[nodiscard]] std::size_t charge_in_order(const Payers& payers, std::span<ColumnSighting> sightings,
                                              const sql::PrintedStatement& shown, TimePoint now,
                                              Findings& findings);
    /// Of the charges of the message that comes next, the first so many are paid.
    void paid_so_far(std::size_t charges) { paid_ = charges; }

    /// The person whom an execution of `shown` asks about, who was not in its rows.
    [[nodiscard]] RowResult charge_asked(const Payers& payers, Findings& findings,
                                         const sql::PrintedStatement& shown, TimePoint now);

    /// `misses` of people of `kinds` by a statement that reads `in_clear`, up to the first that does not fit.
    [[nodiscard]] RowResult charge_misses(const Payers& payers, std::uint64_t misses,
                                          const std::set<std::string>& kinds,
                                          const std::set<std::string>& in_clear, TimePoint now);

    /// A miss for what is told already, whether it fits or not; it does not wait.
    void owe_miss(const Payers& payers, const std::set<std::string>& kinds,
                  const std::set<std::string>& in_clear, TimePoint now);

    /// A statement about `findings.asked` failed, and its miss is paid: detectors look at whom it asked
    /// about.
    [[nodiscard]] RowResult look_at_asked(const Payers& payers, const Findings& findings, TimePoint now);

    /// The message under way has been here before, and waited.
    [[nodiscard]] bool waited() const { return waited_; }
    /// It is through: what is charged next belongs to another one.
    void next_message();

    /// Somebody was counted anew for the message under way, or a miss was.
    [[nodiscard]] bool newly_charged() const { return newly_charged_; }

    /// What was charged since the last call may be sent. False: it could not be recorded, and must not.
    [[nodiscard]] bool record();

private:
    /// Of the message's charges, in their order, the next one; true: it is paid.
    [[nodiscard]] bool paid_before();
    [[nodiscard]] RowResult outcome(ChargeResult charged, std::string_view kind);
    /// A question about one person, whom it does not show.
    [[nodiscard]] RowResult charge_asked_key(const Payers& payers, const Sighting& asked, TimePoint now);
    [[nodiscard]] RowResult charge_key(const Payers& payers, const Sighting& sighting, TimePoint now);
    /// The hidden column's `array` is that of the row before, and all in it were charged just now.
    [[nodiscard]] bool counted_before(const Findings& findings, std::size_t column, std::string_view array,
                                      TimePoint now);
    /// keys_ are those of `array`, and charged.
    void remember_counted(Findings& findings, std::size_t column, std::string_view array, TimePoint now);
    /// Of those of keys_.
    [[nodiscard]] std::optional<Exceeded> no_room_for_all(const Payers& payers, std::string_view kind,
                                                          const std::set<std::string>& in_clear,
                                                          TimePoint now);
    [[nodiscard]] RowResult charge_nobody(const Payers& payers, const Sighting& nobody, TimePoint now,
                                          Findings& findings);
    [[nodiscard]] RowResult charge_miss(const Payers& payers, const std::set<std::string>& kinds,
                                        const std::set<std::string>& in_clear, TimePoint now);

    BudgetBook& book_;
    detection::Detection& detection_;
    monitoring::RoleMetrics& metrics_;
    bool charged_ = false;           // since the last record()
    bool newly_charged_ = false;     // for the message under way
    std::vector<std::string> keys_;  // of the hidden value under way; kept for its memory
    bool waited_ = false;
    std::size_t at_ = 0;        // of the message's charges
    std::size_t paid_ = 0;      // the first so many of them
    std::optional<Miss> miss_;  // that waits
};

}  // namespace gateway::accounting
