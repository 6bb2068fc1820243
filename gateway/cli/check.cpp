#include "gateway/cli/check.hpp"

#include <set>
#include <variant>

#include "gateway/auth/token_verifier.hpp"
#include "gateway/auth/users.hpp"
#include "gateway/backend/server.hpp"
#include "gateway/cli/check_wall.hpp"
#include "gateway/cli/print_mistakes.hpp"
#include "gateway/config/load.hpp"
#include "gateway/enforcement/policy_files.hpp"
#include "gateway/events/webhook.hpp"
#include "gateway/net/tls_context.hpp"
#include "gateway/shared_store/try_redis.hpp"
#include "policies/bound_policy.hpp"

namespace gateway::cli {
namespace {

using enforcement::PolicyFiles;
using policies::Mistakes;

// Who has a way to log in that the configuration does not offer.
void warn_of_log_ins(const config::Config& config, const auth::UsersFile& users, std::ostream& err) {
    const bool certificates = config.tls && !config.tls->client_ca_file.empty();
    for (const std::string& name : users.names()) {
        const auth::LogIn& log_in = users.find(name)->log_in;
        if (std::holds_alternative<auth::LogInByToken>(log_in) && !(config.tls && config.tokens))
            err << "warning: user '" << name << "' logs in by token, which needs 'tls' and 'tokens'\n";
        if (std::holds_alternative<auth::LogInByCertificate>(log_in) && !certificates)
            err << "warning: user '" << name
                << "' logs in by certificate, which needs 'tls: { client_ca: ... }'\n";
    }
}

// Who has a role but no password, or the other way round: both can be meant, so they are warnings.
void warn_of_users(const PolicyFiles& files, const auth::UsersFile& users, std::ostream& err) {
    std::set<std::string> with_role;
    for (const auto& policy : files.policies) {
        for (const auto& [name, user] : policy->users) {
            with_role.insert(name);
            if (!users.contains(name)) {
                err << "warning: " << user.rule.text() << ": user '" << name
                    << "' cannot log in: `tabir user add` gives a password\n";
            }
        }
    }
    for (const std::string& name : users.names()) {
        const bool logs_in = !std::holds_alternative<auth::NoLogIn>(users.find(name)->log_in);
        if (logs_in && !with_role.contains(name))
            err << "warning: user '" << name << "' can log in but has no role in any policy\n";
    }
}

bool check_users(const config::Config& config, const PolicyFiles* files, std::ostream& err) {
    const auto users = auth::UsersFile::load(config.users_file);
    if (!users) {
        for (const auth::UsersMistake& mistake : users.error().list)
            err << mistake.text() << '\n';
        return false;
    }
    warn_of_log_ins(config, *users, err);
    if (files != nullptr) warn_of_users(*files, *users, err);
    return true;
}

// The certificates of both sides, as far as files tell.
bool check_tls(const config::Config& config, std::ostream& err) {
    bool good = true;
    if (config.tls) {
        if (const auto pair = net::ServerTls::load(*config.tls); !pair) {
            err << "tls: " << pair.error().message << '\n';
            good = false;
        }
    }
    for (const auto& [name, server] : config.servers) {
        if (const auto prepared = backend::Server::prepare(server); !prepared) {
            err << "server '" << name << "': " << prepared.error().message << '\n';
            good = false;
        }
    }
    return good;
}

// Its certificates, and whether it can be used, if it is to be asked.
bool check_redis(const config::Config& config, bool ask, std::ostream& err) {
    if (!config.shared_budgets) return true;
    const auto& shared = *config.shared_budgets;
    std::shared_ptr<const net::ClientTls> tls;
    if (shared.tls) {
        const auto loaded = net::ClientTls::load(*shared.tls, shared.redis.host);
        if (!loaded) {
            err << "shared_budgets: " << loaded.error().message << '\n';
            return false;
        }
        tls = *loaded;
    }
    const auto failure = ask ? shared_store::try_redis(shared, std::move(tls)) : std::nullopt;
    if (failure) err << "shared_budgets: Redis at " << shared.redis.text() << ": " << *failure << '\n';
    return !failure;
}

bool check_tokens(const config::Config& config, std::ostream& err) {
    if (!config.tokens) return true;
    const auto keys = auth::TokenVerifier::load(*config.tokens);
    if (!keys) err << "tokens: " << keys.error().message << '\n';
    return keys.has_value();
}

bool check_webhook(const config::Config& config, std::ostream& err) {
    const auto mistake = config.webhook ? events::Webhook::check(*config.webhook) : std::nullopt;
    if (mistake) err << "events.webhook: " << mistake->message << '\n';
    return !mistake;
}

bool check_database(const std::string& name, const enforcement::GovernedDatabase& governed,
                    const backend::CatalogReader& read, std::ostream& err) {
    const backend::CatalogRead answer = read(governed.address);
    if (const auto* error = std::get_if<backend::CatalogError>(&answer)) {
        err << "database '" << name << "' cannot be read: " << error->message << '\n';
        return false;
    }
    const auto& snapshot = std::get<backend::CatalogSnapshot>(answer);
    for (const std::string& warning : snapshot.warnings)
        err << "warning: database '" << name << "': " << warning << '\n';
    const auto bound = policies::BoundPolicy::bind(governed.policy, snapshot.catalog);
    const auto* mistakes = std::get_if<Mistakes>(&bound);
    return mistakes == nullptr || print(*mistakes, err);
}

}  // namespace

int check(const Check& what, const ReaderFactory& reader, const RightsReaderFactory& rights,
          std::ostream& out, std::ostream& err) {
    const auto loaded = config::load_file(what.config_file);
    if (const auto* mistakes = std::get_if<Mistakes>(&loaded)) {
        print(*mistakes, err);
        return 2;
    }
    const auto& config = std::get<config::Config>(loaded);
    const auto policies = enforcement::load_policy_files(config);
    const auto* files = std::get_if<PolicyFiles>(&policies);
    bool good = files != nullptr || print(std::get<Mistakes>(policies), err);
    if (!check_users(config, files, err)) good = false;
    if (!check_tls(config, err)) good = false;
    if (!check_tokens(config, err)) good = false;
    if (!check_webhook(config, err)) good = false;
    if (!check_redis(config, what.with_redis, err)) good = false;
    if (files != nullptr && (what.with_catalog || what.with_database)) {
        const backend::CatalogReader read = reader(config);
        for (const auto& [name, governed] : files->databases) {
            if (!check_database(name, governed, read, err)) good = false;
        }
    }
    if (!good) return 2;
    if (what.with_database)
        return print_walls(enforcement::check_walls(config, *files, reader(config), rights(config)), out,
                           err);
    out << what.config_file << ": no mistakes\n";
    return 0;
}

}  // namespace gateway::cli
