#include "gateway/accounting/session_accounts.hpp"

#include <algorithm>

#include "gateway/auth/canonical_names.hpp"

namespace gateway::accounting {
namespace {

bool is_same_name(const std::string& a, const std::string& b) {
    return a == b || (auth::folded_name(a) && auth::folded_name(a) == auth::folded_name(b));
}

}  // namespace

Accounts session_accounts(const policies::PolicySet& policy, const policies::Role& role,
                          const std::string& login, const std::string& person) {
    Accounts accounts;
    const auto add = [&](Account::Of of, const std::string& name, const policies::Budgets& budgets) {
        if (!budgets.empty()) accounts.push_back({of, name, &budgets});
    };
    if (!person.empty()) add(Account::Of::person, person, role.budget);
    for (const auto& [name, team] : policy.teams) {
        const bool member = std::ranges::any_of(
            team.members, [&](const auto& listed) { return is_same_name(listed.first, person); });
        if (member) add(Account::Of::team, name, team.budget);
    }
    const auto user = policy.users.find(login);
    if (user != policy.users.end()) add(Account::Of::tool, login, user->second.budget);
    add(Account::Of::role, role.name, role.shared_budget);
    return accounts;
}

}  // namespace gateway::accounting
