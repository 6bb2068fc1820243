#pragma once

#include <boost/system/result.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/config/config.hpp"
#include "gateway/net/fd.hpp"
#include "gateway/net/io_threads.hpp"

namespace gateway::net {

/// Why nothing can listen there, with the endpoint's name; for the operator.
struct ListenError {
    std::string message;
};

/// A bound socket that listens but does not accept yet.
struct BoundSocket {
    Fd fd;
    config::Endpoint at;  // with the real port
    bool unix_domain = false;
};

/// Binds every address that the endpoint's host names ("*": all addresses; port 0: one free port for all of
/// them). A Unix socket that no server answers on any more is replaced.
[[nodiscard]] boost::system::result<std::vector<BoundSocket>, ListenError> bind_endpoint(
    const config::Endpoint& endpoint);

/// A new client: called on the thread that will serve it.
using OnAccept = std::function<void(IoThread&, Fd, bool unix_domain)>;

/// Accepts on the first I/O thread and hands each socket to the least-loaded one. Out of descriptors, it
/// closes the waiting client with the help of a spare one and pauses, so that the rest of the process goes
/// on.
class Listener {
public:
    Listener(IoThreads& threads, BoundSocket socket, OnAccept on_accept);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    /// Takes no more clients; the port or path is free afterwards. From any thread.
    void stop();
    [[nodiscard]] const config::Endpoint& endpoint() const { return at_; }

private:
    struct State;
    std::shared_ptr<State> state_;
    config::Endpoint at_;
};

}  // namespace gateway::net
