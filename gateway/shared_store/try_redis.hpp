#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "gateway/config/config.hpp"
#include "gateway/net/io_threads.hpp"
#include "gateway/net/stream.hpp"
#include "gateway/net/tls_context.hpp"
#include "gateway/shared_store/reply_reader.hpp"

namespace gateway::shared_store {

/// Connects to Redis, and encrypts where `tls` is given.
net::Task<boost::system::result<net::Stream, Broken>> dial_redis(net::IoThread& thread,
                                                                 const config::SharedBudgets& settings,
                                                                 std::shared_ptr<const net::ClientTls> tls,
                                                                 std::chrono::milliseconds within);

/// Connects, logs in and runs a script, as a gateway does. nullopt: that works; else why not. Blocks.
[[nodiscard]] std::optional<std::string> try_redis(const config::SharedBudgets& settings,
                                                   std::shared_ptr<const net::ClientTls> tls);

}  // namespace gateway::shared_store
