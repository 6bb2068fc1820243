#pragma once

#include <list>
#include <memory>

#include "gateway/accounting/account.hpp"
#include "gateway/detection/looker.hpp"
#include "policies/bound_policy.hpp"

namespace gateway::accounting {

/// Who pays for a statement, and who looks by it: fixed when it is sent, whatever the policy and the budgets
/// become meanwhile.
struct Payers {
    std::shared_ptr<const policies::BoundPolicy> policy;  // what the accounts and the looker point into
    std::list<policies::Budgets> budgets;                 // besides it
    Accounts accounts;
    detection::Looker looker;
};

}  // namespace gateway::accounting
