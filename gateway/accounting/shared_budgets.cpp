#include "gateway/accounting/shared_budgets.hpp"

#include <mutex>
#include <utility>

namespace gateway::accounting {

struct SharedBudgets::State {
    mutable std::mutex mutex;
    SharedSettings settings;
    std::function<void()> wake;
    bool connected = false;
};

SharedBudgets::SharedBudgets(SharedSettings settings) : state_(std::make_unique<State>()) {
    state_->settings = settings;
}

SharedBudgets::~SharedBudgets() = default;

void SharedBudgets::wake_by(std::function<void()> wake) {
    const std::scoped_lock lock(state_->mutex);
    state_->wake = std::move(wake);
}

void SharedBudgets::on_connected(const std::string& /*run_id*/, TimePoint /*now*/) {
    const std::scoped_lock lock(state_->mutex);
    state_->connected = true;
}

void SharedBudgets::on_lost(TimePoint /*now*/) {
    const std::scoped_lock lock(state_->mutex);
    state_->connected = false;
}

std::vector<StoreCommand> SharedBudgets::take_commands(TimePoint /*now*/) { return {}; }

void SharedBudgets::on_answer(std::uint64_t /*number*/, const StoreAnswer& /*answer*/, TimePoint /*now*/) {}

std::optional<SharedBudgets::TimePoint> SharedBudgets::due() const { return std::nullopt; }

bool SharedBudgets::available() const {
    const std::scoped_lock lock(state_->mutex);
    return state_->connected;
}

}  // namespace gateway::accounting
