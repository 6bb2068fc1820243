#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/config/config.hpp"

namespace gateway::config {

/// A database at a server, by the names that the configuration and the server have for them.
struct DatabaseAddress {
    std::string server;
    std::string database;

    auto operator<=>(const DatabaseAddress&) const = default;
};

/// Where a session for the database name that a client gives goes; nullopt: the configuration knows no such
/// name.
[[nodiscard]] std::optional<DatabaseAddress> route(const Config& config, std::string_view database);

/// As whom the sessions of a policy's role come to the database.
[[nodiscard]] const BackendUser& backend_user_of(const Config& config, const std::string& role);

}  // namespace gateway::config
