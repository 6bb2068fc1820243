#pragma once

#include <optional>

#include "gateway/session/environment.hpp"
#include "gateway/session/start_up.hpp"

namespace gateway::session {

/// Drives the start-up machine over `client`: TLS, cancel requests, SCRAM, all within the log-in deadline.
/// nullopt: nothing more is to be done, whatever was to be said has been.
net::Task<std::optional<LoggedIn>> log_in_client(Environment& environment, net::IoThread& thread,
                                                 net::Stream& client, bool unix_domain);

}  // namespace gateway::session
