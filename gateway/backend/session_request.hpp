#pragma once

#include <string>
#include <utility>
#include <vector>

namespace gateway::backend {

/// What a back-end session is opened with. Connections are handed on only between equal requests.
struct SessionRequest {
    std::string policy_role;  // roles never share connections, whatever their credentials
    std::string user;
    std::string password;
    std::string database;
    std::vector<std::pair<std::string, std::string>>
        settings;  // start-up parameters besides user and database

    bool operator==(const SessionRequest&) const = default;
};

}  // namespace gateway::backend
