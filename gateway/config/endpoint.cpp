#include "gateway/config/config.hpp"

namespace gateway::config {

std::string Endpoint::text() const {
    return socket_path.empty() ? host + ':' + std::to_string(port) : socket_path;
}

}  // namespace gateway::config
