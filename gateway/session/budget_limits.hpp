#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>

#include "gateway/accounting/budget_book.hpp"
#include "gateway/accounting/payers.hpp"
#include "policies/bound_policy.hpp"

namespace gateway::session {

using accounting::Payers;

/// What a role with `at_limit: mask` may see now: itself, or without the classes that used-up budgets have
/// taken.
class BudgetLimits {
public:
    void become(std::shared_ptr<const policies::BoundPolicy> policy, const policies::Role& role,
                accounting::Accounts accounts, detection::Looker looker);

    /// Looks at the budgets, and takes and gives back classes by them.
    void look(accounting::BudgetBook& book, accounting::TimePoint now);

    [[nodiscard]] const policies::Role& role() const { return masked_ ? *masked_ : *role_; }
    /// Once people are masked only misses are still paid for.
    [[nodiscard]] const std::shared_ptr<const Payers>& payers() const { return masked_ ? rest_ : whole_; }
    [[nodiscard]] const accounting::Accounts& whole() const { return whole_->accounts; }
    [[nodiscard]] bool masks() const { return masked_ != nullptr; }
    /// What is taken, in one word.
    [[nodiscard]] std::string taken() const;

private:
    const policies::Role* role_ = nullptr;
    std::shared_ptr<const Payers> whole_;
    std::shared_ptr<const policies::Role> masked_;
    std::optional<std::set<std::string>> taken_ = std::set<std::string>();  // classes; nullopt: all of them
    std::shared_ptr<const Payers> rest_;
};

}  // namespace gateway::session
