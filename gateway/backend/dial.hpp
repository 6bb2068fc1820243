#pragma once

#include <memory>

#include "gateway/backend/connect_error.hpp"
#include "gateway/backend/server.hpp"
#include "gateway/net/io_threads.hpp"
#include "gateway/net/stream.hpp"

namespace gateway::backend {

/// Connects to `server` and encrypts as its configuration says, up to the point where a start-up packet or a
/// CancelRequest may be sent. The caller's deadline is `within`.
net::Task<Result<net::Stream>> dial(net::IoThread& thread, std::shared_ptr<const Server> server,
                                    std::chrono::milliseconds within);

}  // namespace gateway::backend
