#pragma once

#include <memory>

#include "gateway/session/live_session.hpp"
#include "gateway/session/session_core.hpp"

namespace gateway::session {

/// Runs a conversation over its sockets until either side ends. At most 256 KiB wait for the client: then the
/// back end is not read. Afterwards the back-end connection is in its pool again or closed.
net::Task<> drive(std::unique_ptr<LiveSession> session, std::unique_ptr<SessionCore> core);

}  // namespace gateway::session
