#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/accounting/account.hpp"
#include "gateway/accounting/charge_result.hpp"
#include "gateway/accounting/journal.hpp"
#include "gateway/accounting/shared_budgets.hpp"

namespace gateway::accounting {

/// Somebody who is shown.
struct Sighting {
    std::string_view kind;
    std::string_view key;
    const std::set<std::string>& in_clear;  // classes by whose clear values, as far as they have budgets
};

/// What those of one column have in common, of whom several are shown.
struct SightingColumn {
    std::string_view kind;
    std::uint64_t first_sightings = 0;  // Charged::first_sighting, so often
};

/// One of them.
struct ColumnSighting {
    std::size_t column = 0;
    std::string_view key;
    bool is_first = false;  // Charged::first_sighting
};

/// One question that found nobody; the same one when its charge waits and is made again.
enum class Miss : std::uint64_t {};

/// One limit of one account, as it stands.
struct BudgetState {
    Account::Of of = Account::Of::person;
    std::string account;
    policies::Counted counted;
    policies::Limit limit;
    std::uint64_t seen = 0;
    std::optional<std::chrono::seconds> more_in;  // nullopt: nothing is used up
};

/// One moment by both clocks: windows are measured by the one, a restart is bridged by the other.
struct Moment {
    TimePoint steady = std::chrono::steady_clock::now();
    JournalTime wall =
        std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
};

/// Distinct subjects per account and sliding window, shared by all sessions: in memory, and in a journal
/// where there is one. Thread-safe.
class BudgetBook {
public:
    /// In memory only: a restart refills every budget.
    BudgetBook();
    /// With what the journal at `path` holds.
    [[nodiscard]] static JournalResult<std::unique_ptr<BudgetBook>> open(const std::string& path, Moment now);
    /// With what other replicas count, through a store. `store()` is to be connected to it.
    explicit BudgetBook(SharedSettings settings);
    /// ... and with what the journals in a folder hold that no other process uses: the store is told of it.
    [[nodiscard]] static JournalResult<std::unique_ptr<BudgetBook>> open(SharedSettings settings,
                                                                         const std::string& folder,
                                                                         Moment now);
    ~BudgetBook();
    BudgetBook(const BudgetBook&) = delete;
    BudgetBook& operator=(const BudgetBook&) = delete;

    /// Charges `sighting` to every account, once for the person and once for each class that it shows.
    /// Nothing is counted when Exceeded.
    [[nodiscard]] ChargeResult charge(const Accounts& accounts, const Sighting& sighting, TimePoint now);

    /// Charges `sightings` one after the other as charge() does, up to the first that does not fit, must be
    /// asked for, or cannot be recorded; charge() tells which. How many were charged. Far cheaper for each.
    [[nodiscard]] std::size_t charge_in_order(const Accounts& accounts, std::span<SightingColumn> columns,
                                              std::span<ColumnSighting> sightings,
                                              const std::set<std::string>& in_clear, TimePoint now);

    /// A miss that was never charged.
    [[nodiscard]] Miss next_miss();
    /// Charges a question that found nobody, or a failed protected statement, about people of `kinds`: to the
    /// accounts' budgets of misses, or as one person of each kind to all of them where none has such a
    /// budget.
    /// Without one, `in_clear` (Sighting) counts as for a person, too.
    [[nodiscard]] ChargeResult charge_miss(const Accounts& accounts, Miss miss,
                                           const std::set<std::string>& kinds,
                                           const std::set<std::string>& in_clear, TimePoint now);

    /// Charges a miss that cannot wait until it has been asked for, because what it pays for is told already.
    ChargeResult owe_miss(const Accounts& accounts, const std::set<std::string>& kinds,
                          const std::set<std::string>& in_clear, TimePoint now);

    /// The budget of misses that has no room for so many more.
    [[nodiscard]] std::optional<Exceeded> misses_used_up(const Accounts& accounts, TimePoint now,
                                                         std::uint64_t more = 1);

    /// Whether misses have budgets of their own, and do not count as people.
    [[nodiscard]] bool counts_misses(const Accounts& accounts) const;

    /// The budget of people of `kinds`, seen `in_clear`, that has no room for so many more.
    [[nodiscard]] std::optional<Exceeded> people_used_up(const Accounts& accounts,
                                                         const std::set<std::string>& kinds,
                                                         const std::set<std::string>& in_clear, TimePoint now,
                                                         std::uint64_t more);

    /// The budget that has no room for all of `keys`, people of `kind` who are to be charged together, as far
    /// as this book knows.
    [[nodiscard]] std::optional<Exceeded> no_room_for(const Accounts& accounts, std::string_view kind,
                                                      std::span<const std::string> keys,
                                                      const std::set<std::string>& in_clear, TimePoint now);

    /// Before a statement of `accounts` is decided. False: what they have left is being asked of the store
    /// that replicas share; call again when_answered(). True: it is known, or cannot be asked.
    [[nodiscard]] bool ready(const Accounts& accounts, TimePoint now);
    /// Calls `wake` once, from any thread, when the store has answered or is given up on.
    void when_answered(std::function<void()> wake);

    /// nullptr: nothing is shared.
    [[nodiscard]] SharedBudgets* store();

    /// Hands what was charged to the kernel; to be called before anything that it covers is sent. False: the
    /// disk does not take it.
    [[nodiscard]] bool record();

    /// Makes the journal small again where it has grown. Takes as long as writing down all who are counted.
    void tidy(TimePoint now);

    /// Every limit of `accounts`, in their order.
    [[nodiscard]] std::vector<BudgetState> states(const Accounts& accounts, TimePoint now);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace gateway::accounting
