#include "gateway/config/config.hpp"

namespace gateway::config {

std::string Endpoint::text() const {
    return socket_path.empty() ? host + ':' + std::to_string(port) : socket_path;
}

bool Endpoint::is_loopback() const {
    return !socket_path.empty() || host == "localhost" || host == "::1" || host.starts_with("127.");
}

}  // namespace gateway::config
