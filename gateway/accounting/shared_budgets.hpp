#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "gateway/accounting/charge_result.hpp"
#include "gateway/accounting/key_hash.hpp"
#include "gateway/accounting/ledger_name.hpp"
#include "gateway/accounting/store_command.hpp"
#include "policies/budget.hpp"

namespace gateway::accounting {

class LedgerShards;

/// How replicas share budgets.
struct SharedSettings {
    KeyHash::Key secret{};                  // the same for all replicas: names and people are hashed with it
    std::chrono::milliseconds lease{5000};  // how long what was asked for ahead may be spent
    // Draws what nobody has had before: the replica's name, and where its misses begin.
    std::function<KeyHash::Key()> draw = &KeyHash::random_key;
};

/// A ledger, and the limits that hold for it.
struct LimitedLedger {
    LedgerNameView name;
    const std::vector<policies::Limit>* limits;
};

/// Somebody who must be written down in the store before he is shown.
struct Uncovered {
    LimitedLedger ledger;
    std::uint64_t subject;  // KeyHash
    bool fresh;             // not counted by this replica
};

/// He does not fit.
struct NoRoom {
    std::size_t which = 0;  // of those who were asked for
    const policies::Limit* limit = nullptr;
    std::uint64_t seen = 0;
    std::chrono::seconds more_in{};
};

/// Until when each of them may be shown, or why they may not.
using Covering = std::variant<std::vector<TimePoint>, NoRoom, Waits, Unshared>;

/// This replica's part of the budgets that replicas share through a store (Redis): what it may spend without
/// asking, and what it has to ask. Owns no socket, clock or thread. Thread-safe.
class SharedBudgets {
public:
    SharedBudgets(const SharedSettings& settings, LedgerShards& ledgers);
    ~SharedBudgets();
    SharedBudgets(const SharedBudgets&) = delete;
    SharedBudgets& operator=(const SharedBudgets&) = delete;

    // The connection's side.

    /// `wake` is called from any thread when there is something for take_commands(), or due() is another. It
    /// passes that on, and calls nothing here itself.
    void wake_by(std::function<void()> wake);
    /// The store can be asked; `run_id` is that of INFO, which a restart of Redis changes.
    void on_connected(const std::string& run_id, TimePoint now);
    /// What is under way will not be answered, though it may be carried out.
    void on_lost(TimePoint now);
    /// To be sent now, in this order. At most one command is under way: what comes up meanwhile goes
    /// together.
    [[nodiscard]] std::vector<StoreCommand> take_commands(TimePoint now);
    /// Answers may come late, for numbers of a connection that was lost. False: the store answered an error,
    /// or what cannot be an answer, and counts as away until it answers well.
    bool on_answer(std::uint64_t number, const StoreAnswer& answer, TimePoint now);
    /// When take_commands() has to be called again at the latest; nullopt: not before a wake.
    [[nodiscard]] std::optional<TimePoint> due() const;
    /// The store answers: for readiness and metrics.
    [[nodiscard]] bool available() const;
    /// The process ends: the next command gives back what is held, and nothing new is shown.
    void retire();

    // The budgets' side.

    /// All of them may be shown now, or none. Called with the ledgers locked.
    [[nodiscard]] Covering cover(std::span<const Uncovered> people, TimePoint now);
    /// Each of them counts, whether he fits or not.
    void owe(std::span<const Uncovered> people, TimePoint now);
    /// Whether it is known how the limits stand. False: it is being asked.
    [[nodiscard]] bool ready(std::span<const LimitedLedger> ledgers, TimePoint now);
    void when_answered(std::function<void()> wake);

    /// How a limit stands.
    struct Count {
        std::uint64_t seen = 0;
        bool used_up = false;
        std::chrono::seconds more_in{};
    };
    /// nullopt: the store has not told.
    [[nodiscard]] std::optional<Count> count(const LimitedLedger& ledger, const policies::Limit& limit,
                                             TimePoint now) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace gateway::accounting
