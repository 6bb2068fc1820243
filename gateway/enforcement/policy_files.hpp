#pragma once

#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "gateway/config/route.hpp"
#include "policies/errors.hpp"
#include "policies/policy_set.hpp"

namespace gateway::enforcement {

/// A database that a policy governs, by the name that clients give.
struct GovernedDatabase {
    std::shared_ptr<const policies::PolicySet> policy;
    config::DatabaseAddress address;
};

/// All policies of a configuration, each checked by itself and against the others; not yet against any
/// catalog.
struct PolicyFiles {
    std::vector<std::shared_ptr<const policies::PolicySet>> policies;
    std::map<std::string, GovernedDatabase, std::less<>> databases;

    /// The governed databases' addresses, each once.
    [[nodiscard]] std::vector<config::DatabaseAddress> addresses() const;
};

/// Reads the configuration's policy files; all mistakes of all files at once. Two policies for one database,
/// a database that the configuration does not route, and back-end credentials for a role that no policy has
/// are mistakes, too.
[[nodiscard]] std::variant<PolicyFiles, policies::Mistakes> load_policy_files(const config::Config& config);

}  // namespace gateway::enforcement
