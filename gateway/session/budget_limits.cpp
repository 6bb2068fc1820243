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
    return taken && (budget.counted.what != What::in_clear || !taken->contains(budget.counted.name));
}

}  // namespace

void BudgetLimits::become(std::shared_ptr<const policies::BoundPolicy> policy, const policies::Role& role,
                          accounting::Accounts accounts, detection::Looker looker) {
    role_ = &role;
    whole_ =
        std::make_shared<const Payers>(Payers{std::move(policy), {}, std::move(accounts), std::move(looker)});
    masked_.reset();
    taken_.emplace();
}

void BudgetLimits::look(accounting::BudgetBook& book, accounting::TimePoint now) {
    if (!role_->masks_at_limit) return;
    auto taken = taken_by(book.states(whole_->accounts, now));
    if (taken == taken_) return;
    taken_ = std::move(taken);
    masked_.reset();
    if (taken_ && taken_->empty()) return;
    masked_ = std::make_shared<const policies::Role>(policies::masked_role(*role_, taken_));
    auto rest = std::make_shared<Payers>();
    rest->policy = whole_->policy;
    rest->looker = whole_->looker;
    for (const auto& account : whole_->accounts) {
        auto& budgets = rest->budgets.emplace_back(*account.budgets);
        std::erase_if(budgets, [&](const policies::Budget& budget) { return !is_paid(budget, taken_); });
        rest->accounts.push_back({account.of, account.name, &budgets});
    }
    rest_ = std::move(rest);
}

std::string BudgetLimits::taken() const {
    if (!taken_) return "*";
    std::string word;
    for (const std::string& clazz : *taken_)
        word += (word.empty() ? "" : " ") + clazz;
    return word;
}

}  // namespace gateway::session
