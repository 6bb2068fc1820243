#pragma once

#include <chrono>
#include <memory>

#include "gateway/auth/scram_keys.hpp"
#include "gateway/backend/connect_error.hpp"
#include "gateway/backend/connection.hpp"
#include "gateway/backend/server.hpp"
#include "gateway/backend/session_request.hpp"
#include "gateway/net/io_threads.hpp"

namespace gateway::backend {

/// Opens a connection to `server` and logs in, up to its first ReadyForQuery. `keys` outlives the task.
net::Task<Result<Connection>> connect(net::IoThread& thread, std::shared_ptr<const Server> server,
                                      SessionRequest request, auth::ScramKeyCache& keys,
                                      std::chrono::milliseconds within);

}  // namespace gateway::backend
