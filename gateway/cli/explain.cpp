#include "gateway/cli/explain.hpp"

#include <optional>
#include <variant>

#include "gateway/accounting/session_accounts.hpp"
#include "gateway/cli/explain_output.hpp"
#include "gateway/cli/print_mistakes.hpp"
#include "gateway/config/load.hpp"
#include "gateway/enforcement/enforcer.hpp"
#include "gateway/enforcement/policy_files.hpp"
#include "gateway/enforcement/policy_snapshot.hpp"

namespace gateway::cli {
namespace {

using enforcement::BoundDatabase;
using enforcement::PolicyFiles;
using policies::Mistakes;

constexpr int refused = 1;
constexpr int bad_usage = 2;

/// The database that is meant where none is named: the only one in which the policies know the user.
std::optional<std::string> database_of(const Explain& what, const PolicyFiles& files, std::ostream& err) {
    if (!what.database.empty()) return what.database;
    std::string names;
    std::optional<std::string> only;
    for (const auto& [name, governed] : files.databases) {
        if (!governed.policy->users.contains(what.user)) continue;
        names += (names.empty() ? "" : ", ") + name;
        only = name;
    }
    if (only && names == *only) return only;
    if (only) {
        err << "user '" << what.user << "' has a role in several databases (" << names
            << "): add --database\n";
    } else {
        err << "no policy gives user '" << what.user << "' a role\n";
    }
    return std::nullopt;
}

std::optional<BoundDatabase> bound_database(const enforcement::GovernedDatabase& governed,
                                            const backend::CatalogReader& read, std::ostream& err) {
    const backend::CatalogRead answer = read(governed.address);
    if (const auto* error = std::get_if<backend::CatalogError>(&answer)) {
        err << "the catalog cannot be read: " << error->message << '\n';
        return std::nullopt;
    }
    auto bound =
        policies::BoundPolicy::bind(governed.policy, std::get<backend::CatalogSnapshot>(answer).catalog);
    if (const auto* mistakes = std::get_if<Mistakes>(&bound)) {
        print(*mistakes, err);
        return std::nullopt;
    }
    return BoundDatabase{governed, std::get<std::shared_ptr<const policies::BoundPolicy>>(std::move(bound))};
}

int explain_restricted(const Explain& what, const config::Config& config, const std::string& database,
                       const enforcement::RestrictedAccess& access, std::ostream& out) {
    enforcement::Enforcer enforcer(1, config.limits.statement_bytes);
    const auto& backend_user = config::backend_user_of(config, access.role->name);
    const auto explained =
        enforcement::explain(enforcer, what.statement,
                             {.policy = access.policy,
                              .role = access.role,
                              .user = what.user,
                              .search_path = access.policy->catalog().search_path_of(backend_user.user)});
    const ExplainedFor whose{
        what.user, database, *access.role,
        accounting::session_accounts(access.policy->policy(), *access.role, what.user, what.user)};
    (what.json ? print_json : print_text)(out, whose, explained);
    return explained.refusal ? refused : 0;
}

}  // namespace

int explain(const Explain& what, const ReaderFactory& reader, std::ostream& out, std::ostream& err) {
    const auto loaded = config::load_file(what.config_file);
    if (const auto* mistakes = std::get_if<Mistakes>(&loaded)) {
        print(*mistakes, err);
        return bad_usage;
    }
    const auto& config = std::get<config::Config>(loaded);
    const auto policies = enforcement::load_policy_files(config);
    if (const auto* mistakes = std::get_if<Mistakes>(&policies)) {
        print(*mistakes, err);
        return bad_usage;
    }
    const auto& files = std::get<PolicyFiles>(policies);
    const auto database = database_of(what, files, err);
    if (!database) return bad_usage;

    std::map<std::string, BoundDatabase, std::less<>> databases;
    if (const auto governed = files.databases.find(*database); governed != files.databases.end()) {
        auto bound = bound_database(governed->second, reader(config), err);
        if (!bound) return bad_usage;
        databases.emplace(*database, std::move(*bound));
    }
    const enforcement::PolicySnapshot snapshot(config, files.policies, std::move(databases));
    const auto access = snapshot.access(what.user, *database);
    if (const auto* none = std::get_if<enforcement::NoAccess>(&access)) {
        err << none->message << '\n';
        if (!none->hint.empty()) err << none->hint << '\n';
        return bad_usage;
    }
    if (const auto* all = std::get_if<enforcement::UnrestrictedAccess>(&access)) {
        const enforcement::Explained relayed{};
        const ExplainedFor whose{what.user, *database, *all->role};
        (what.json ? print_json : print_text)(out, whose, relayed);
        return 0;
    }
    return explain_restricted(what, config, *database, std::get<enforcement::RestrictedAccess>(access), out);
}

}  // namespace gateway::cli
