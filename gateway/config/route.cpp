#include "gateway/config/route.hpp"

namespace gateway::config {

std::optional<DatabaseAddress> route(const Config& config, std::string_view database) {
    const std::string name(database);
    if (const auto named = config.databases.find(name); named != config.databases.end() && name != "*") {
        const Database& target = named->second;
        return DatabaseAddress{target.server, target.database.empty() ? name : target.database};
    }
    if (const auto any = config.databases.find("*"); any != config.databases.end() && !name.empty()) {
        return DatabaseAddress{any->second.server, name};
    }
    return std::nullopt;
}

const BackendUser& backend_user_of(const Config& config, const std::string& role) {
    const auto own = config.backend_roles.find(role);
    return own == config.backend_roles.end() ? config.backend_default : own->second;
}

}  // namespace gateway::config
