#include "gateway/enforcement/policy_snapshot.hpp"

#include <fmt/format.h>

#include <utility>

namespace gateway::enforcement {
namespace {

using policies::PolicySet;

struct Found {
    const policies::User* user = nullptr;
    const policies::Role* role = nullptr;
};

Found find(const PolicySet& policy, const std::string& name) {
    const auto user = policy.users.find(name);
    if (user == policy.users.end()) return {};
    const auto role = policy.roles.find(user->second.role);
    if (role == policy.roles.end()) return {};
    return {&user->second, &role->second};
}

NoAccess must_act_for_somebody(const std::string& user) {
    return {"28000", fmt::format("user \"{}\" must say for whom it acts, and its role is unrestricted", user),
            "Nothing is counted for an unrestricted role: give the user another, or take acts_for away."};
}

bool acts_for_others(const Found& found) {
    return found.user != nullptr && found.user->acts_for != policies::ActsFor::himself;
}

}  // namespace

PolicySnapshot::PolicySnapshot(const config::Config& config,
                               std::vector<std::shared_ptr<const PolicySet>> policies,
                               std::map<std::string, BoundDatabase, std::less<>> databases)
    : config_(config), policies_(std::move(policies)), databases_(std::move(databases)) {}

Access PolicySnapshot::access(std::string_view user_name, std::string_view database) const {
    const std::string name(user_name);
    const auto governed = databases_.find(database);
    if (governed != databases_.end()) {
        const GovernedDatabase& here = governed->second.governed;
        const Found found = find(*here.policy, name);
        if (found.role != nullptr && found.role->unrestricted) {
            if (acts_for_others(found)) return must_act_for_somebody(name);
            return UnrestrictedAccess{here.policy, found.role, here.address};
        }
        if (found.role != nullptr) {
            if (const auto* closed = std::get_if<NoAccess>(&governed->second.bound)) return *closed;
            return RestrictedAccess{
                std::get<std::shared_ptr<const policies::BoundPolicy>>(governed->second.bound), found.role,
                found.user, here.address};
        }
    }

    bool known = false;
    for (const auto& policy : policies_) {
        const Found found = find(*policy, name);
        if (found.role == nullptr) continue;
        known = true;
        if (!found.role->unrestricted) continue;
        if (acts_for_others(found)) return must_act_for_somebody(name);
        const auto address = config::route(config_, database);
        if (address) return UnrestrictedAccess{policy, found.role, *address};
        return NoAccess{"3D000", fmt::format("database \"{}\" does not exist", database), ""};
    }
    if (!known) {
        return NoAccess{"28000", fmt::format("user \"{}\" has no role in any policy", name),
                        "Ask those who keep the policy for a role."};
    }
    return NoAccess{"42501", fmt::format("permission denied for database \"{}\"", database),
                    "A role reaches the databases that its policy names."};
}

}  // namespace gateway::enforcement
