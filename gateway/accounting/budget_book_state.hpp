#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "gateway/accounting/budget_book.hpp"
#include "gateway/accounting/charges.hpp"

namespace gateway::accounting {

/// Whether the store is asked before somebody counts, or told afterwards.
enum class Need { asked, owed };

/// What a BudgetBook consists of, and how charges are made in it.
struct BudgetBook::State {
    static constexpr std::size_t small_journal = 16UL * 1024 * 1024;  // bytes that are not worth a rewrite

    State(const KeyHash& by, const KeyHash::Key& drawn) : hash(by), misses_begin(drawn.front()) {}

    LedgerShards shards;
    KeyHash hash;
    std::unique_ptr<Journal> journal;
    std::unique_ptr<SharedBudgets> shared;
    Moment begin;
    std::atomic<std::size_t> tidy_size{small_journal};
    const std::uint64_t misses_begin;
    std::atomic<std::uint64_t> misses_so_far{0};

    void add(Charges& charges, const Account& account, const policies::Budget& budget,
             std::uint64_t subject) {
        charges.push_back({&account, &budget, subject, &shards.of(ledger_name(account, budget))});
    }

    void add_misses(Charges& charges, const Accounts& accounts, std::uint64_t miss);

    // By the steady clock: who sets the clock of the day changes nothing until the next restart.
    [[nodiscard]] JournalTime wall_time(TimePoint now) const {
        return begin.wall + std::chrono::duration_cast<std::chrono::milliseconds>(now - begin.steady);
    }
    [[nodiscard]] TimePoint steady_time(JournalTime seen_at) const {
        return begin.steady - std::max(begin.wall - seen_at, JournalTime::duration::zero());
    }

    void restore(const SightingRecord& record);
    /// False: the disk does not take it.
    bool rewrite(TimePoint now);
    /// Of somebody; their subjects are still to be set.
    [[nodiscard]] Charges charges_of(const Accounts& accounts, std::string_view kind,
                                     const std::set<std::string>& in_clear);
    [[nodiscard]] Charges charges_of_miss(const Accounts& accounts, Miss miss,
                                          const std::set<std::string>& kinds,
                                          const std::set<std::string>& in_clear);
    /// `charge.fit` does not fit.
    [[nodiscard]] static Exceeded exceeded(const Charge& charge);
    ChargeResult charge_all(Charges& charges, Need need, TimePoint now);
    std::optional<ChargeResult> cover(Charges& charges, Need need, TimePoint now);
    void count(const Charge& charge, TimePoint now);
    /// Charges what the ledgers, which are locked, have room for.
    std::size_t charge_fitting(std::span<Charges> of_columns, std::span<SightingColumn> columns,
                               std::span<ColumnSighting> sightings, std::span<const Subjects> subjects,
                               TimePoint now);
    /// Of all replicas, as far as the store has told.
    [[nodiscard]] std::optional<SharedBudgets::Count> count_of_all(const Charge& charge,
                                                                   const policies::Limit& limit,
                                                                   TimePoint now) const;
    /// The first of them that has no room for so many more, here or, as far as the store has told, elsewhere.
    [[nodiscard]] std::optional<Exceeded> used_up(Charges& charges, TimePoint now, std::uint64_t more);
    /// Of one limit of a ledger that is open.
    [[nodiscard]] static std::optional<Exceeded> without_room(const Charge& charge,
                                                              const policies::Limit& limit,
                                                              std::uint64_t more, TimePoint now);
    /// By other replicas, as far as the store has told.
    [[nodiscard]] std::optional<Exceeded> used_up_elsewhere(const Charge& charge, TimePoint now);
    [[nodiscard]] Subjects subjects(std::string_view kind, std::string_view key, bool of_all) const;
    /// A subject that nobody can be: each miss is a new one, also behind a restart.
    [[nodiscard]] std::uint64_t hash_of_a_miss();
};

}  // namespace gateway::accounting
