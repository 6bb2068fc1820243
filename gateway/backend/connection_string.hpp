#pragma once

#include <string>

#include "gateway/config/config.hpp"

namespace gateway::backend {

/// libpq's connection string for the gateway's own connections (catalog look-ups). Everything that libpq
/// would take from the environment or from the user's home is set, so that only the configuration counts.
/// Holds the password: never print it.
///
/// libpq 15 has no require_auth (it came with 16): over a connection without TLS it would answer a request
/// for a cleartext or md5 password. Where TLS is on but the certificate is not checked, channel binding is
/// required instead, which only SCRAM can do; with verify-ca and verify-full the server has proven itself
/// before it asks.
[[nodiscard]] std::string connection_string(const config::Server& server, const std::string& database,
                                            const config::BackendUser& user,
                                            const config::Timeouts& timeouts);

}  // namespace gateway::backend
