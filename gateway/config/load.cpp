#include "gateway/config/load.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <system_error>

#include "gateway/config/events.hpp"
#include "gateway/config/read_shared_budgets.hpp"
#include "gateway/config/secret_file.hpp"
#include "gateway/config/value_reader.hpp"
#include "gateway/config/yaml_tree.hpp"

namespace gateway::config {
namespace {

constexpr std::size_t largest_file = 1'000'000;  // bytes
constexpr std::uint16_t postgres_port = 5432;

struct NamedTlsMode {
    std::string_view name;
    TlsMode mode;
};
constexpr std::array tls_modes{
    NamedTlsMode{"disable", TlsMode::disable}, NamedTlsMode{"require", TlsMode::require},
    NamedTlsMode{"verify-ca", TlsMode::verify_ca}, NamedTlsMode{"verify-full", TlsMode::verify_full}};

// libpq, which reads the catalog, finds a socket by its folder and port only.
bool is_server_socket(const std::string& path) {
    const std::string name = std::filesystem::path(path).filename();
    constexpr std::string_view prefix = ".s.PGSQL.";
    return name.starts_with(prefix) && name.size() > prefix.size() &&
           name.find_first_not_of("0123456789", prefix.size()) == std::string::npos;
}

void read_listeners(const ReadingContext& context, const MapReader& root, Config& config) {
    const Node* listen = root.required("listen");
    if (listen == nullptr) return;
    if (listen->kind != Node::Kind::list || listen->items.empty()) {
        context.mistake(*listen, "'listen' must be a list of addresses: [127.0.0.1:6432]");
    }
    for (const Node& item : listen->items) {
        if (auto endpoint = endpoint_of(context, item, std::nullopt))
            config.listen.push_back(std::move(*endpoint));
    }
}

void read_client_tls(const ReadingContext& context, const MapReader& root, Config& config) {
    const Node* tls = root.get("tls");
    if (tls == nullptr) {
        const auto open = std::ranges::find_if_not(config.listen, &Endpoint::is_loopback);
        if (open != config.listen.end()) {
            context.mistake(
                *root.get("listen"),
                fmt::format("{} can be reached from other machines, but there is no 'tls'; name a "
                            "certificate and a key there, or write tls: off to send data in clear",
                            open->text()));
        }
        return;
    }
    if (tls->kind == Node::Kind::scalar && tls->text == "off") return;
    const MapReader reader(context, *tls, "tls", {"certificate", "key", "client_ca", "required"});
    ClientTls read{.required = true};
    (void)reader.required("certificate");
    (void)reader.required("key");
    reader.read_path("certificate", read.certificate_file);
    reader.read_path("key", read.key_file);
    reader.read_path("client_ca", read.client_ca_file);
    reader.read("required", read.required);
    config.tls = std::move(read);
}

void read_tokens(const ReadingContext& context, const MapReader& root, Config& config) {
    const Node* tokens = root.get("tokens");
    if (tokens == nullptr) return;
    const MapReader reader(context, *tokens, "tokens",
                           {"keys", "secret_file", "audience", "issuer", "longest_life", "leeway"});
    auth::TokenSettings read;
    reader.read_path("keys", read.keys_file);
    reader.read_path("secret_file", read.secret_file);
    if (tokens->kind == Node::Kind::map && reader.get("keys") == nullptr &&
        reader.get("secret_file") == nullptr) {
        context.mistake(*tokens, "tokens lacks 'keys' (a JWK set or PEM public keys) or 'secret_file'");
    }
    (void)reader.required("audience");
    reader.read("audience", read.audience);
    reader.read("issuer", read.issuer);
    const auto read_seconds = [&](std::string_view key, std::chrono::seconds least, std::chrono::seconds most,
                                  std::chrono::seconds& target) {
        std::chrono::milliseconds time = target;
        reader.read(key, time);
        target = std::chrono::duration_cast<std::chrono::seconds>(time);
        if (time != target || target < least || target > most) {
            context.mistake(*reader.get(key), fmt::format("'{}' must be whole seconds, from {}s to {}s", key,
                                                          least.count(), most.count()));
        }
    };
    read_seconds("longest_life", std::chrono::seconds(1), std::chrono::hours(24), read.longest_life);
    read_seconds("leeway", std::chrono::seconds(0), std::chrono::minutes(5), read.leeway);
    config.tokens = std::move(read);
}

void read_policy_files(const ReadingContext& context, const MapReader& root, Config& config) {
    const Node* files = root.required("policies");
    if (files == nullptr) return;
    if (files->kind != Node::Kind::list || files->items.empty()) {
        context.mistake(*files, "'policies' must be a list of files: [policy.yaml]");
    }
    for (const Node& item : files->items) {
        const auto path = text_of(context, item, "policies");
        if (!path) continue;
        std::string absolute = path_of(context, *path);
        if (std::ranges::find(config.policy_files, absolute) != config.policy_files.end()) {
            context.mistake(item, fmt::format("the policy {} is named twice", *path));
        } else {
            config.policy_files.push_back(std::move(absolute));
        }
    }
}

void read_server_tls(const ReadingContext& context, const MapReader& reader, const Node& node,
                     Server& server) {
    const bool local = !server.endpoint.socket_path.empty();
    if (local) server.tls = TlsMode::disable;
    reader.read_path("ca_file", server.ca_file);
    if (const Node* tls = reader.get("tls")) {
        const auto mode = std::ranges::find(tls_modes, tls->text, &NamedTlsMode::name);
        if (mode == tls_modes.end()) {
            context.mistake(*tls, "'tls' must be disable, require, verify-ca or verify-full");
            return;
        }
        server.tls = mode->mode;
        if (local && server.tls != TlsMode::disable)
            context.mistake(*tls, "PostgreSQL has no TLS on a Unix socket");
    }
    const bool verifies = server.tls == TlsMode::verify_ca || server.tls == TlsMode::verify_full;
    if (verifies && server.ca_file.empty()) {
        context.mistake(
            node,
            "this server's certificate is to be checked (tls: verify-full, unless written otherwise), "
            "but there is no 'ca_file'");
    }
}

void read_allowed_logins(const ReadingContext& context, const MapReader& reader, Server& server) {
    const Node* logins = reader.get("allow_logins");
    if (logins == nullptr) return;
    if (logins->kind != Node::Kind::list) context.mistake(*logins, "'allow_logins' must be a list: [md5]");
    for (const Node& item : logins->items) {
        if (item.text == "cleartext")
            server.allow_cleartext = true;
        else if (item.text == "md5")
            server.allow_md5 = true;
        else
            context.mistake(item, "'allow_logins' knows cleartext and md5; SCRAM-SHA-256 is always allowed");
    }
}

void read_servers(const ReadingContext& context, const MapReader& root, Config& config) {
    const Node* servers = root.required("servers");
    if (servers == nullptr) return;
    if (servers->kind != Node::Kind::map || servers->entries.empty()) {
        context.mistake(*servers, "'servers' must be a map of a name to an address");
    }
    for (const auto& [name, node] : servers->entries) {
        const MapReader reader(context, node, "a server", {"address", "tls", "ca_file", "allow_logins"});
        Server server{.name = name.text};
        if (const Node* address = reader.required("address")) {
            server.endpoint = endpoint_of(context, *address, postgres_port).value_or(Endpoint{});
            if (server.endpoint.port == 0 && server.endpoint.socket_path.empty() &&
                !server.endpoint.host.empty()) {
                context.mistake(*address, "a server's port cannot be 0");
            }
        }
        if (const std::string& socket = server.endpoint.socket_path;
            !socket.empty() && !is_server_socket(socket)) {
            context.mistake(*reader.get("address"),
                            "a server's socket must be named .s.PGSQL.PORT, as PostgreSQL does");
        }
        read_server_tls(context, reader, node, server);
        read_allowed_logins(context, reader, server);
        config.servers.emplace(name.text, std::move(server));
    }
}

void read_databases(const ReadingContext& context, const MapReader& root, Config& config) {
    const Node* databases = root.required("databases");
    if (databases == nullptr) return;
    if (databases->kind != Node::Kind::map || databases->entries.empty()) {
        context.mistake(*databases, "'databases' must be a map of a name, or \"*\", to a server");
    }
    for (const auto& [name, node] : databases->entries) {
        Database database;
        const Node* server = &node;  // the short form: payments: main
        if (node.kind != Node::Kind::scalar) {
            const MapReader reader(context, node, "a database", {"server", "database"});
            server = reader.required("server");
            reader.read("database", database.database);
            if (const Node* renamed = reader.get("database"); renamed != nullptr && name.text == "*") {
                context.mistake(*renamed, "\"*\" passes on the client's name; 'database' cannot stand here");
            }
        }
        if (server != nullptr) database.server = text_of(context, *server, "server").value_or("");
        if (!database.server.empty() && !config.servers.contains(database.server)) {
            context.mistake(*server, fmt::format("there is no server '{}' under 'servers'", database.server));
        }
        config.databases.emplace(name.text, std::move(database));
    }
}

BackendUser backend_user(const ReadingContext& context, const Node& node, std::string what) {
    const MapReader reader(context, node, std::move(what), {"user", "password_file"});
    BackendUser read;
    (void)reader.required("user");
    reader.read("user", read.user);
    read.password = password_of(context, reader, "password_file");
    return read;
}

void read_backend_users(const ReadingContext& context, const MapReader& root, Config& config) {
    const Node* backend = root.required("backend");
    if (backend == nullptr) return;
    const MapReader reader(context, *backend, "backend", {"default", "roles", "catalog"});
    if (const Node* node = reader.required("default")) {
        config.backend_default = backend_user(context, *node, "backend.default");
    }
    const Node* catalog = reader.get("catalog");
    config.catalog_user =
        catalog == nullptr ? config.backend_default : backend_user(context, *catalog, "backend.catalog");
    const Node* roles = reader.get("roles");
    if (roles == nullptr) return;
    if (roles->kind != Node::Kind::map)
        context.mistake(*roles, "'roles' must be a map of a policy's role to a user");
    for (const auto& [role, node] : roles->entries) {
        config.backend_roles.emplace(role.text, backend_user(context, node, "backend.roles." + role.text));
    }
}

void read_timeouts(const ReadingContext& context, const MapReader& root, Config& config) {
    const Node* node = root.get("timeouts");
    if (node == nullptr) return;
    const MapReader reader(context, *node, "timeouts",
                           {"login", "idle", "backend_connect", "drain", "backend_idle"});
    reader.read("login", config.timeouts.login);
    reader.read("idle", config.timeouts.idle);
    reader.read("backend_connect", config.timeouts.backend_connect);
    reader.read("drain", config.timeouts.drain);
    reader.read("backend_idle", config.timeouts.backend_idle);
    if (config.timeouts.login.count() == 0) context.mistake(*reader.get("login"), "'login' cannot be 0");
    if (config.timeouts.backend_connect.count() == 0) {
        context.mistake(*reader.get("backend_connect"), "'backend_connect' cannot be 0");
    }
}

void read_limits(const ReadingContext& context, const MapReader& root, Config& config) {
    const Node* node = root.get("limits");
    if (node == nullptr) return;
    const MapReader reader(context, *node, "limits",
                           {"statement_size", "plan_cache", "sessions", "pool_size", "threads"});
    Limits& limits = config.limits;
    reader.read_bytes("statement_size", 1'024, 16 * 1'024 * 1'024, limits.statement_bytes);
    reader.read_bytes("plan_cache", 1024UL * 1024, 64UL * 1024 * 1024 * 1024, limits.plan_cache_bytes);
    reader.read_count("sessions", 1, 1'000'000, [&](std::uint64_t count) { limits.sessions = count; });
    reader.read_count("pool_size", 1, 100'000, [&](std::uint64_t count) { limits.pool_size = count; });
    reader.read_count("threads", 0, 1'024,
                      [&](std::uint64_t count) { limits.threads = static_cast<unsigned>(count); });
}

void read_catalog_refresh(const ReadingContext& context, const MapReader& root, Config& config) {
    std::chrono::milliseconds refresh = config.catalog_refresh;
    root.read("catalog_refresh", refresh);
    if (refresh < std::chrono::seconds(1))
        context.mistake(*root.get("catalog_refresh"), "'catalog_refresh' must be 1s or more");
    config.catalog_refresh = std::chrono::duration_cast<std::chrono::seconds>(refresh);
}

void read_log_level(const ReadingContext& context, const MapReader& root, Config& config) {
    const Node* level = root.get("log_level");
    if (level == nullptr) return;
    constexpr std::array known{"error", "warn", "info", "debug"};
    if (std::ranges::find(known, level->text) == known.end()) {
        context.mistake(*level, "'log_level' must be error, warn, info or debug");
    } else {
        config.log_level = level->text;
    }
}

}  // namespace

LoadedConfig load_text(std::string_view text, const std::string& file, const std::filesystem::path& folder) {
    policies::Mistakes mistakes;
    const std::optional<Node> tree = read_yaml(text, file, mistakes);
    if (!tree) return mistakes;

    const ReadingContext context{file, folder, mistakes};
    const MapReader root(context, *tree, "the configuration",
                         {"listen", "tls", "http", "users_file", "budget_journal", "shared_budgets",
                          "frozen_users_file", "events", "tokens", "policies", "servers", "databases",
                          "backend", "catalog_refresh", "timeouts", "limits", "log_level"});
    Config config{.file = file};
    read_listeners(context, root, config);
    read_client_tls(context, root, config);
    if (const Node* http = root.get("http")) config.http = endpoint_of(context, *http, std::nullopt);
    (void)root.required("users_file");
    root.read_path("users_file", config.users_file);
    root.read_path("budget_journal", config.budget_journal);
    config.shared_budgets = read_shared_budgets(context, root);
    root.read_path("frozen_users_file", config.frozen_users_file);
    read_events(context, root, config);
    read_tokens(context, root, config);
    read_policy_files(context, root, config);
    read_servers(context, root, config);
    read_databases(context, root, config);
    read_backend_users(context, root, config);
    read_catalog_refresh(context, root, config);
    read_timeouts(context, root, config);
    read_limits(context, root, config);
    read_log_level(context, root, config);

    if (mistakes.empty()) return config;
    std::ranges::stable_sort(mistakes, [](const policies::Mistake& a, const policies::Mistake& b) {
        return std::pair(a.line, a.column) < std::pair(b.line, b.column);
    });
    return mistakes;
}

LoadedConfig load_file(const std::string& path) {
    const auto bytes = bytes_of(path, largest_file);
    if (!bytes)
        return policies::Mistakes{
            {path, 1, 1, "cannot be read; name a regular file that this user may read"}};
    if (bytes->size() > largest_file)
        return policies::Mistakes{{path, 1, 1, "larger than 1 MB; no configuration is"}};
    std::error_code error;
    const std::filesystem::path absolute = std::filesystem::absolute(path, error);
    return load_text(*bytes, path, absolute.parent_path());
}

}  // namespace gateway::config
