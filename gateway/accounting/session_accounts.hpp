#pragma once

#include <string>

#include "gateway/accounting/account.hpp"
#include "policies/policy_set.hpp"

namespace gateway::accounting {

/// Who pays for what `person` reads through the log-in `login` with `role`: the person, each of his teams,
/// the log-in, and all who have the role. Only those with a budget. Points into `policy`.
[[nodiscard]] Accounts session_accounts(const policies::PolicySet& policy, const policies::Role& role,
                                        const std::string& login, const std::string& person);

}  // namespace gateway::accounting
