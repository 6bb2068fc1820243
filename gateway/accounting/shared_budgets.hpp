#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "gateway/accounting/key_hash.hpp"
#include "gateway/accounting/store_command.hpp"

namespace gateway::accounting {

/// How replicas share budgets.
struct SharedSettings {
    KeyHash::Key secret{};                  // the same for all replicas: names and people are hashed with it
    std::chrono::milliseconds lease{5000};  // how long what was asked for ahead may be spent
};

/// This replica's part of the budgets that replicas share through a store (Redis): what it may spend without
/// asking, and what it has to ask. Owns no socket, clock or thread. Thread-safe.
class SharedBudgets {
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    explicit SharedBudgets(SharedSettings settings);
    ~SharedBudgets();
    SharedBudgets(const SharedBudgets&) = delete;
    SharedBudgets& operator=(const SharedBudgets&) = delete;

    // The connection's side.

    /// `wake` is called from any thread, with no lock held, when there is something for take_commands().
    void wake_by(std::function<void()> wake);
    /// The store can be asked; `run_id` is that of INFO, which a restart of Redis changes.
    void on_connected(const std::string& run_id, TimePoint now);
    /// What is under way will not be answered, though it may be carried out.
    void on_lost(TimePoint now);
    /// To be sent now, in this order.
    [[nodiscard]] std::vector<StoreCommand> take_commands(TimePoint now);
    /// Answers may come in any order, and for numbers of a connection that was lost.
    void on_answer(std::uint64_t number, const StoreAnswer& answer, TimePoint now);
    /// When take_commands() has to be called again at the latest; nullopt: not before a wake.
    [[nodiscard]] std::optional<TimePoint> due() const;
    /// The store answers: for readiness and metrics.
    [[nodiscard]] bool available() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace gateway::accounting
