#pragma once

#include <string>
#include <vector>

#include "policies/budget.hpp"

namespace gateway::accounting {

/// Who pays for what is shown: budgets under one name.
struct Account {
    enum class Of { person, team, tool, role };
    Of of = Of::person;
    std::string name;
    const policies::Budgets* budgets = nullptr;  // of the policy, which outlives the account
};

/// All that pay for one session's reading: a sighting must fit each of them.
using Accounts = std::vector<Account>;

/// "person", "team", "tool", "role".
[[nodiscard]] const char* name_of(Account::Of of);

}  // namespace gateway::accounting
