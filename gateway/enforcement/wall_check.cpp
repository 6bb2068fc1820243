#include "gateway/enforcement/wall_check.hpp"

#include <map>
#include <utility>

#include "gateway/backend/connection_string.hpp"

namespace gateway::enforcement {
namespace {

/// The back-end users of a policy's restricted roles.
std::vector<WallUser> users_of(const config::Config& config, const policies::PolicySet& policy) {
    std::map<std::string, WallUser> users;
    for (const auto& [name, role] : policy.roles) {
        if (role.unrestricted) continue;
        const auto& credentials = config::backend_user_of(config, name);
        if (credentials.user.empty()) continue;
        auto& user = users[credentials.user];
        user.name = credentials.user;
        user.roles.push_back(&role);
    }
    std::vector<WallUser> all;
    for (auto& [name, user] : users)
        all.push_back(std::move(user));
    return all;
}

std::string names_of(const WallUser& user) {
    std::string names;
    for (const policies::Role* role : user.roles)
        names += (names.empty() ? "" : ", ") + role->name;
    return names;
}

std::vector<WallReport> check_database(const std::string& name, const GovernedDatabase& governed,
                                       const config::Config& config, const backend::CatalogReader& catalogs,
                                       const RightsReader& rights) {
    const auto fail = [&](std::string why) {
        return std::vector<WallReport>{{.database = name, .error = std::move(why)}};
    };
    const backend::CatalogRead catalog = catalogs(governed.address);
    if (const auto* error = std::get_if<backend::CatalogError>(&catalog)) return fail(error->message);
    const auto bound =
        policies::BoundPolicy::bind(governed.policy, std::get<backend::CatalogSnapshot>(catalog).catalog);
    if (const auto* mistakes = std::get_if<policies::Mistakes>(&bound))
        return fail(mistakes->empty() ? "the policy does not fit" : mistakes->front().text());
    const auto& policy = *std::get<std::shared_ptr<const policies::BoundPolicy>>(bound);

    const auto users = users_of(config, *governed.policy);
    std::set<std::string> names;
    std::set<std::string> functions;
    for (const WallUser& user : users) {
        names.insert(user.name);
        for (const policies::Role* role : user.roles) {
            for (const auto& [function, rule] : role->functions)
                functions.insert(function);
        }
    }
    const auto audit = rights(governed.address, names, functions);
    if (const auto* error = std::get_if<backend::CatalogError>(&audit)) return fail(error->message);
    std::vector<WallReport> reports;
    for (const WallUser& user : users) {
        reports.push_back({.database = name,
                           .user = user.name,
                           .roles = names_of(user),
                           .findings = check_wall(policy, user, std::get<backend::DatabaseAudit>(audit))});
    }
    return reports;
}

}  // namespace

RightsReader rights_reader_for(const config::Config& config) {
    return [&config](const config::DatabaseAddress& database, const std::set<std::string>& users,
                     const std::set<std::string>& functions)
               -> std::variant<backend::DatabaseAudit, backend::CatalogError> {
        const auto server = config.servers.find(database.server);
        if (server == config.servers.end())
            return backend::CatalogError{"no server '" + database.server + "' is configured"};
        return backend::read_rights(backend::connection_string(server->second, database.database,
                                                               config.catalog_user, config.timeouts),
                                    users, functions);
    };
}

std::vector<WallReport> check_walls(const config::Config& config, const PolicyFiles& files,
                                    const backend::CatalogReader& catalogs, const RightsReader& rights) {
    std::vector<WallReport> reports;
    for (const auto& [name, governed] : files.databases) {
        for (WallReport& report : check_database(name, governed, config, catalogs, rights))
            reports.push_back(std::move(report));
    }
    return reports;
}

}  // namespace gateway::enforcement
