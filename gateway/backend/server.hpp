#pragma once

#include <boost/system/result.hpp>
#include <memory>

#include "gateway/config/config.hpp"
#include "gateway/net/tls_context.hpp"

namespace gateway::backend {

/// A configured PostgreSQL server with its certificates loaded. Immutable.
struct Server {
    config::Server config;
    std::shared_ptr<const net::ClientTls> tls;  // nullptr: in clear (always so through a Unix socket)

    /// Fails when the CA file cannot be read.
    [[nodiscard]] static boost::system::result<std::shared_ptr<const Server>, net::TlsError> prepare(
        const config::Server& config);
};

}  // namespace gateway::backend
