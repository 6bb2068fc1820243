#pragma once

#include <list>
#include <optional>
#include <set>
#include <string>

#include "gateway/accounting/budget_book.hpp"
#include "policies/policy_set.hpp"

namespace gateway::session {

/// What a role with `at_limit: mask` may see now: itself, or without the classes that used-up budgets have
/// taken.
class BudgetLimits {
public:
    /// The role, and all who pay for what it reads. Both outlive this, or the next call.
    void become(const policies::Role& role, accounting::Accounts accounts);

    /// Looks at the budgets. True: another role or other accounts hold from now on.
    [[nodiscard]] bool changed(accounting::BudgetBook& book, accounting::TimePoint now);

    [[nodiscard]] const policies::Role& role() const { return masked_ ? *masked_ : *role_; }
    /// Once people are masked only misses are still paid for.
    [[nodiscard]] const accounting::Accounts& accounts() const { return masked_ ? rest_ : accounts_; }
    [[nodiscard]] const accounting::Accounts& whole() const { return accounts_; }
    /// What the next statement shows is masked, if a budget stops this one.
    [[nodiscard]] bool masks() const { return role_->masks_at_limit; }

private:
    const policies::Role* role_ = nullptr;
    accounting::Accounts accounts_;
    std::optional<policies::Role> masked_;
    std::optional<std::set<std::string>> taken_ = std::set<std::string>();  // classes; nullopt: all of them
    std::list<policies::Budgets> rest_budgets_;
    accounting::Accounts rest_;
};

}  // namespace gateway::session
