#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gateway/auth/token_settings.hpp"
#include "gateway/events/webhook_settings.hpp"

namespace gateway::config {

/// Where to listen or connect. Exactly one of host and socket_path is set; port 0 lets the system choose.
struct Endpoint {
    std::string host;
    std::uint16_t port = 0;
    std::string socket_path;  // a Unix socket's path, e.g. /run/tabir/.s.PGSQL.6432

    [[nodiscard]] std::string text() const;  // "127.0.0.1:6432" or the path
    [[nodiscard]] bool is_loopback() const;  // no other machine is on the way
};

enum class TlsMode {
    disable,
    require,  // encrypted, certificate not checked
    verify_ca,
    verify_full,  // certificate chain and host name
};

/// One PostgreSQL server.
struct Server {
    std::string name;
    Endpoint endpoint;
    TlsMode tls = TlsMode::verify_full;
    std::string ca_file;
    bool allow_cleartext = false;  // AuthenticationCleartextPassword from the back end
    bool allow_md5 = false;
};

/// Credentials towards PostgreSQL.
struct BackendUser {
    std::string user;
    std::string password;  // read from password_file where one is given
};

/// A database name that clients may give; "*" stands for any other and passes the client's name on.
struct Database {
    std::string server;
    std::string database;  // the name at the server; empty: the client's
};

struct ClientTls {
    std::string certificate_file;
    std::string key_file;
    std::string
        client_ca_file;     // the roots of certificates that clients log in with; empty: none are asked for
    bool required = false;  // refuse sessions in clear over TCP
};

/// How Redis' certificate is checked, and which one it is shown.
struct RedisTls {
    std::string ca_file;
    std::string certificate_file;  // empty: none; else with its key
    std::string key_file;
};

/// The Redis through which replicas share their budgets.
struct SharedBudgets {
    Endpoint redis;
    std::optional<RedisTls> tls;  // nullopt: in clear (always so through a Unix socket)
    std::string user;             // of Redis' ACL; empty: the default user
    std::string password;         // empty: none is asked for
    std::uint32_t database = 0;
    std::string secret;  // that replicas share: names and people are hashed with it
    std::chrono::milliseconds lease{5'000};
};

struct Timeouts {
    std::chrono::milliseconds login{5'000};
    std::chrono::milliseconds idle{0};  // 0: none
    std::chrono::milliseconds backend_connect{10'000};
    std::chrono::milliseconds drain{30'000};
    std::chrono::milliseconds backend_idle{60'000};  // how long a pooled connection may stay unused
};

struct Limits {
    std::size_t statement_bytes = 256UL * 1024;
    std::size_t plan_cache_bytes = 64UL * 1024 * 1024;  // plans of restricted roles' statements
    std::size_t sessions = 10'000;
    std::size_t pool_size = 100;  // back-end connections per server
    unsigned threads = 0;         // 0: one per core
};

struct Config {
    std::string file;
    std::vector<Endpoint> listen;
    std::optional<ClientTls> tls;
    std::optional<auth::TokenSettings> tokens;  // nullopt: none are taken
    std::optional<Endpoint> http;
    std::string users_file;
    std::string budget_journal;                      // the file; empty: budgets are kept in memory only
    std::optional<SharedBudgets> shared_budgets;     // nullopt: each process counts by itself
    std::string frozen_users_file;                   // empty: nobody can be frozen
    std::optional<events::WebhookSettings> webhook;  // for security events
    std::vector<std::string> policy_files;
    std::map<std::string, Server> servers;
    std::map<std::string, Database> databases;
    BackendUser backend_default;
    std::map<std::string, BackendUser> backend_roles;  // by policy role
    BackendUser catalog_user;                          // reads the catalog; default: backend_default
    std::chrono::seconds catalog_refresh{60};
    Timeouts timeouts;
    Limits limits;
    std::string log_level = "info";
};

}  // namespace gateway::config
