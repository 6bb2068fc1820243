#include "gateway/session/budget_limits.hpp"

#include <utility>

namespace gateway::session {
namespace {

using What = policies::Counted::What;
using Classes = std::optional<std::set<std::string>>;

/// The classes that used-up budgets take; nullopt: all of them.
Classes taken_by(const std::vector<accounting::BudgetState>& states) {
    std::set<std::string> classes;
    for (const auto& state : states) {
        if (state.seen < state.limit.most) continue;
        if (state.counted.what == What::people) return std::nullopt;
        if (state.counted.what == What::in_clear) classes.insert(state.counted.name);
    }
    return classes;
}

bool is_paid(const policies::Budget& budget, const Classes& taken) {
    if (budget.counted.what == What::misses) return true;
    return taken && !taken->contains(budget.counted.name);
}

}  // namespace

void BudgetLimits::become(const policies::Role& role, accounting::Accounts accounts) {
    role_ = &role;
    accounts_ = std::move(accounts);
    masked_.reset();
    taken_.emplace();
}

bool BudgetLimits::changed(accounting::BudgetBook& book, accounting::TimePoint now) {
    if (!masks()) return false;
    auto taken = taken_by(book.states(accounts_, now));
    if (taken == taken_) return false;
    taken_ = std::move(taken);
    masked_.reset();
    if (taken_ && taken_->empty()) return true;
    masked_ = policies::masked_role(*role_, taken_);
    rest_budgets_.clear();
    rest_.clear();
    for (const auto& account : accounts_) {
        auto& budgets = rest_budgets_.emplace_back(*account.budgets);
        std::erase_if(budgets, [&](const policies::Budget& budget) { return !is_paid(budget, taken_); });
        rest_.push_back({account.of, account.name, &budgets});
    }
    return true;
}

}  // namespace gateway::session
