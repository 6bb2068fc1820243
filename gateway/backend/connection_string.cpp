#include "gateway/backend/connection_string.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>

namespace gateway::backend {
namespace {

const std::string no_file = "/nonexistent";

// PostgreSQL docs, "Connection Strings": in single quotes, with \ before ' and \.
void append(std::string& text, std::string_view keyword, std::string_view value) {
    if (!text.empty()) text += ' ';
    text.append(keyword).append("='");
    for (const char letter : value) {
        if (letter == '\'' || letter == '\\') text += '\\';
        text += letter;
    }
    text += '\'';
}

const char* name_of(config::TlsMode mode) {
    switch (mode) {
        case config::TlsMode::disable: return "disable";
        case config::TlsMode::require: return "require";
        case config::TlsMode::verify_ca: return "verify-ca";
        case config::TlsMode::verify_full: return "verify-full";
    }
    return "verify-full";
}

// libpq takes a Unix socket as its folder and the port in its name: /DIR/.s.PGSQL.5432.
void append_address(std::string& text, const config::Endpoint& endpoint) {
    if (endpoint.socket_path.empty()) {
        append(text, "host", endpoint.host);
        append(text, "port", std::to_string(endpoint.port));
        return;
    }
    const std::filesystem::path socket = endpoint.socket_path;
    append(text, "host", socket.parent_path().string());
    const std::string port = socket.extension().string();
    append(text, "port", port.empty() ? port : port.substr(1));
}

}  // namespace

std::string connection_string(const config::Server& server, const std::string& database,
                              const config::BackendUser& user, const config::Timeouts& timeouts) {
    std::string text;
    append_address(text, server.endpoint);
    append(text, "dbname", database);
    append(text, "user", user.user);
    append(text, "password", user.password);
    append(text, "passfile", no_file);
    append(text, "options", "");
    append(text, "application_name", "tabir catalog");
    append(text, "client_encoding", "UTF8");
    append(text, "gssencmode", "disable");
    append(text, "sslmode", name_of(server.tls));
    // With a root certificate at hand libpq checks against it in mode require, too.
    const bool verifies =
        server.tls == config::TlsMode::verify_ca || server.tls == config::TlsMode::verify_full;
    append(text, "sslrootcert", verifies ? server.ca_file : no_file);
    const bool unproven = server.tls == config::TlsMode::require && !user.password.empty();
    const bool weak_allowed = server.allow_cleartext || server.allow_md5;
    append(text, "channel_binding", unproven && !weak_allowed ? "require" : "prefer");
    append(text, "target_session_attrs", "any");
    // Whole seconds, and libpq takes less than 2 for 2.
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(timeouts.backend_connect).count();
    append(text, "connect_timeout", std::to_string(std::max<long long>(2, seconds)));
    append(text, "tcp_user_timeout", "30000");
    return text;
}

}  // namespace gateway::backend
