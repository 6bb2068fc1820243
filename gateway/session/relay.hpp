#pragma once

#include <memory>

#include "gateway/session/live_session.hpp"

namespace gateway::session {

/// Relays bytes both ways until either side ends: two pumps that never wait for each other, at most 64 KiB
/// held each way. Afterwards the back-end connection is in its pool again or closed.
net::Task<> relay(std::unique_ptr<LiveSession> session);

}  // namespace gateway::session
