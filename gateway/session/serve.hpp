#pragma once

#include "gateway/net/fd.hpp"
#include "gateway/session/environment.hpp"

namespace gateway::session {

/// One client's connection from its first byte to its last: log-in or cancel request, then the session.
/// Counted in `thread.sessions` by whoever accepted it; the count goes down when this ends.
net::Task<> serve(Environment& environment, net::IoThread& thread, net::Fd client, bool unix_domain);

}  // namespace gateway::session
