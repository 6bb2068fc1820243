#include "gateway/backend/server.hpp"

#include <stdexcept>

#include "gateway/backend/connect_error.hpp"

namespace gateway::backend {

boost::system::result<std::shared_ptr<const Server>, net::TlsError> Server::prepare(
    const config::Server& config) {
    auto server = std::make_shared<Server>();
    server->config = config;
    const bool encrypted = config.tls != config::TlsMode::disable && config.endpoint.socket_path.empty();
    if (encrypted) {
        auto tls = net::ClientTls::load(config);
        if (!tls) return tls.error();
        server->tls = *tls;
    }
    return std::shared_ptr<const Server>(std::move(server));
}

void throw_exception_from_error(const ConnectError& error, const boost::source_location&) {
    throw std::logic_error("backend: " + error.message);
}

}  // namespace gateway::backend
