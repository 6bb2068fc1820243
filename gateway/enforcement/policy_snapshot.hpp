#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "gateway/enforcement/policy_files.hpp"
#include "policies/bound_policy.hpp"

namespace gateway::enforcement {

/// Statements are relayed byte for byte. `role` lives as long as `policy`.
struct UnrestrictedAccess {
    std::shared_ptr<const policies::PolicySet> policy;
    const policies::Role* role = nullptr;
    config::DatabaseAddress address;
};

/// Statements go through the Enforcer. `role` and `user` live as long as `policy`.
struct RestrictedAccess {
    std::shared_ptr<const policies::BoundPolicy> policy;
    const policies::Role* role = nullptr;
    const policies::User* user = nullptr;  // who logged in
    config::DatabaseAddress address;
};

/// No session, or no further statement of a session that had access before. May be shown to a client that has
/// logged in.
struct NoAccess {
    std::string sqlstate;
    std::string message;
    std::string hint;
};

using Access = std::variant<UnrestrictedAccess, RestrictedAccess, NoAccess>;

/// A governed database's policy, bound to its catalog; or why it is not, in words for clients.
struct BoundDatabase {
    GovernedDatabase governed;
    std::variant<std::shared_ptr<const policies::BoundPolicy>, NoAccess> bound;
};

/// Who may do what, at one moment. Immutable, shared by statements under way.
class PolicySnapshot {
public:
    /// `config` must outlive the snapshot.
    PolicySnapshot(const config::Config& config,
                   std::vector<std::shared_ptr<const policies::PolicySet>> policies,
                   std::map<std::string, BoundDatabase, std::less<>> databases);

    /// In a governed database its policy's word counts: a restricted user is restricted there whatever other
    /// policies say. Where it does not name the user, and in databases that no policy governs, only an
    /// unrestricted role of another policy gives access.
    [[nodiscard]] Access access(std::string_view user, std::string_view database) const;

    [[nodiscard]] const std::vector<std::shared_ptr<const policies::PolicySet>>& policies() const {
        return policies_;
    }
    [[nodiscard]] const std::map<std::string, BoundDatabase, std::less<>>& databases() const {
        return databases_;
    }

private:
    const config::Config& config_;
    std::vector<std::shared_ptr<const policies::PolicySet>> policies_;
    std::map<std::string, BoundDatabase, std::less<>> databases_;
};

}  // namespace gateway::enforcement
