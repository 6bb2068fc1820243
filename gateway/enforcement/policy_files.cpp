#include "gateway/enforcement/policy_files.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "policies/load.hpp"

namespace gateway::enforcement {
namespace {

using policies::Mistakes;
using policies::PolicySet;

void add_databases(const config::Config& config, const std::shared_ptr<const PolicySet>& policy,
                   PolicyFiles& files, Mistakes& mistakes) {
    for (const std::string& database : policy->databases) {
        const auto address = config::route(config, database);
        if (!address) {
            mistakes.push_back(
                {policy->file, 1, 1,
                 fmt::format("database '{}' is not among the configuration's databases", database)});
            continue;
        }
        const auto [place, added] = files.databases.try_emplace(database, GovernedDatabase{policy, *address});
        if (!added) {
            mistakes.push_back({policy->file, 1, 1,
                                fmt::format("database '{}' is governed by {} already; name it in one of them",
                                            database, place->second.policy->file)});
        }
    }
}

// Who is frozen must stay so when the process ends.
void check_freezing(const config::Config& config, const PolicySet& policy, Mistakes& mistakes) {
    const auto freezes = std::ranges::find_if(policy.detectors.all, &policies::Detector::freezes);
    if (freezes == policy.detectors.all.end() || !config.frozen_users_file.empty()) return;
    mistakes.push_back({policy.file, freezes->rule.line, freezes->rule.column,
                        "this detector freezes users, but the configuration has no place for their names; "
                        "write 'frozen_users_file: frozen' there"});
}

}  // namespace

std::vector<config::DatabaseAddress> PolicyFiles::addresses() const {
    std::vector<config::DatabaseAddress> all;
    for (const auto& [name, governed] : databases)
        all.push_back(governed.address);
    std::ranges::sort(all);
    const auto repeated = std::ranges::unique(all);
    all.erase(repeated.begin(), repeated.end());
    return all;
}

std::variant<PolicyFiles, Mistakes> load_policy_files(const config::Config& config) {
    PolicyFiles files;
    Mistakes mistakes;
    for (const std::string& path : config.policy_files) {
        auto loaded = policies::load_file(path);
        if (const auto* found = std::get_if<Mistakes>(&loaded)) {
            mistakes.insert(mistakes.end(), found->begin(), found->end());
            continue;
        }
        const auto& policy = std::get<std::shared_ptr<const PolicySet>>(loaded);
        files.policies.push_back(policy);
        add_databases(config, policy, files, mistakes);
        check_freezing(config, *policy, mistakes);
    }
    const bool all_read = files.policies.size() == config.policy_files.size();
    for (const auto& [role, user] : config.backend_roles) {
        const bool known = std::ranges::any_of(
            files.policies, [&](const auto& policy) { return policy->roles.contains(role); });
        if (all_read && !known) {
            mistakes.push_back(
                {config.file, 1, 1,
                 fmt::format("backend.roles names '{}', but no policy has such a role", role)});
        }
    }
    if (!mistakes.empty()) return mistakes;
    return files;
}

}  // namespace gateway::enforcement
