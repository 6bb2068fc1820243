#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <utility>

#include "gateway/auth/scram_keys.hpp"
#include "gateway/backend/cancel_registry.hpp"
#include "gateway/backend/connect_error.hpp"
#include "gateway/backend/connection.hpp"
#include "gateway/backend/reset.hpp"
#include "gateway/backend/server.hpp"
#include "gateway/backend/session_request.hpp"
#include "gateway/net/io_threads.hpp"
#include "monitoring/metrics.hpp"

namespace gateway::backend {

class Pool;

/// The right to have one of the connections that the pool's limit allows.
class Slot {
public:
    Slot() = default;
    explicit Slot(Pool& pool) : pool_(&pool) {}
    Slot(Slot&& other) noexcept : pool_(std::exchange(other.pool_, nullptr)) {}
    Slot& operator=(Slot&& other) noexcept {
        std::swap(pool_, other.pool_);
        return *this;
    }
    ~Slot();
    explicit operator bool() const { return pool_ != nullptr; }

private:
    Pool* pool_ = nullptr;
};

/// A connection in use. Destroying it closes the connection; Pool::give_back may keep it for the next client.
struct Lease {
    Slot slot;
    SessionRequest request;
    std::unique_ptr<monitoring::BackendGauge> gauge;
    Connection connection;
    std::uint64_t generation = 0;  // of the pool, when the connection was opened
};

struct PoolLimits {
    std::size_t connections;            // open at the same time, in use or idle
    std::chrono::milliseconds connect;  // to connect and log in; also how long to queue for a free one
    std::chrono::milliseconds idle;     // how long an unused connection is kept
};

/// The back-end connections of one server, shared by all I/O threads; an idle one belongs to no thread.
/// Outlives its leases.
class Pool {
public:
    Pool(std::shared_ptr<const Server> server, PoolLimits limits, monitoring::Metrics& metrics);
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    /// An idle connection of an equal request, or a new one; queues when the limit is reached.
    net::Task<Result<std::unique_ptr<Lease>>> lease(net::IoThread& thread, SessionRequest request);

    /// Resets the connection and keeps it, or closes it where that fails or takes too long. Requests to
    /// cancel that are still under way are waited for, so that none hits the next client.
    void give_back(net::IoThread& thread, std::unique_ptr<Lease> lease, std::shared_ptr<CancelTarget> cancels,
                   LeftBy left_by);

    /// Closes the idle connections, and those in use once they are given back: what they started with is out
    /// of date, or their databases are wanted by somebody alone.
    void renew();

    /// Closes connections that were idle for too long.
    void sweep(std::chrono::steady_clock::time_point now);

    [[nodiscard]] const std::shared_ptr<const Server>& server() const { return server_; }

private:
    friend class Slot;
    struct Idle;
    struct Waiter;
    struct Turn;

    net::Task<> reset_and_keep(net::IoThread& thread, std::unique_ptr<Lease> lease,
                               std::shared_ptr<CancelTarget> cancels, LeftBy left_by);
    net::Task<Turn> wait_for_turn(net::IoThread& thread, const SessionRequest& request);
    bool take_at_once(const SessionRequest& request, Turn& turn);
    void keep(std::unique_ptr<Idle> idle);
    void free_slot();
    std::uint64_t generation();

    std::shared_ptr<const Server> server_;
    PoolLimits limits_;
    monitoring::Metrics& metrics_;
    auth::ScramKeyCache keys_;
    std::mutex mutex_;                       // never held while a Slot is destroyed
    std::size_t open_ = 0;                   // slots given out
    std::uint64_t generation_ = 0;           // how often the connections were renewed
    std::list<std::unique_ptr<Idle>> idle_;  // the longest unused first
    std::list<std::shared_ptr<Waiter>> waiting_;
};

}  // namespace gateway::backend
