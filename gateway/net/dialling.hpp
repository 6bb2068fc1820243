#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <optional>
#include <string>

#include "gateway/config/config.hpp"
#include "gateway/net/io_threads.hpp"
#include "gateway/net/stream.hpp"

namespace gateway::net {

/// One attempt to reach a server: at its deadline it ends wherever it waits, in a handshake on its stream,
/// too.
class Dialling {
public:
    Dialling(IoThread& thread, std::chrono::milliseconds within);

    /// Connects to the first address of `to` that answers. nullopt: connected; else why not, for the log.
    Task<std::optional<std::string>> connect(const config::Endpoint& to);
    [[nodiscard]] bool timed_out() const { return deadline_.passed(); }
    /// After connect().
    [[nodiscard]] Stream& stream() { return *stream_; }

private:
    void give_up();

    using Resolver = boost::asio::ip::basic_resolver<boost::asio::ip::tcp, Executor>;

    IoThread& thread_;
    Resolver resolver_;
    std::optional<Stream> stream_;
    Deadline deadline_;
};

}  // namespace gateway::net
