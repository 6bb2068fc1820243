#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <cstdint>
#include <memory>

#include "gateway/config/config.hpp"
#include "gateway/http/readiness.hpp"
#include "monitoring/metrics.hpp"

namespace gateway::http {

/// What one client of the HTTP port may take up.
struct Limits {
    std::size_t connections = 64;  // further ones are closed at once
    std::uint32_t header_bytes = 8 * 1024;
    std::uint64_t body_bytes = 1024;
    std::chrono::milliseconds request{5'000};      // for the bytes of one request, and for its answer
    std::chrono::milliseconds keep_alive{75'000};  // between two requests; longer than a scrape interval
};

/// Serves /metrics, /healthz and /readyz on one thread of its own, so that neither a scrape nor a slow client
/// is felt by any session. `metrics` and `readiness` must outlive it.
class HttpServer {
public:
    HttpServer(config::Endpoint endpoint, monitoring::Metrics& metrics, Readiness& readiness,
               Limits limits = {});
    /// Stops.
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    /// Listens, and serves from then on. The error is that of the name look-up or of the socket.
    [[nodiscard]] boost::system::result<void> start();
    /// The port that is really listened on; 0 before start().
    [[nodiscard]] std::uint16_t port() const;
    /// Closes every connection and ends the thread. May be called twice.
    void stop();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace gateway::http
