#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/accounting/budget_book.hpp"
#include "gateway/backend/pool.hpp"
#include "gateway/net/io_threads.hpp"
#include "gateway/net/stream.hpp"
#include "gateway/session/roster.hpp"
#include "monitoring/metrics.hpp"

namespace gateway::session {

/// What a client reads when access_holds() does not any more.
inline constexpr std::string_view access_changed = "what this user may do has changed";
inline constexpr std::string_view connect_again = "Connect again.";

/// Both ends of a logged-in session and what belongs to them; on one I/O thread.
struct LiveSession {
    net::IoThread& thread;
    Roster& roster;
    net::Stream client;
    std::unique_ptr<backend::Lease> lease;
    backend::Pool& pool;
    std::unique_ptr<backend::CancelRegistry::Registration> cancel;
    monitoring::RoleMetrics& metrics;
    std::string early;               // bytes of the client that came with the log-in
    std::chrono::milliseconds idle;  // 0: no limit
    std::chrono::milliseconds cancel_within;
    std::function<bool(std::function<void()> done)> read_catalog;  // as Environment's
    accounting::BudgetBook& budgets;
    std::function<bool()> access_holds;  // false once the user has lost what the session was opened with
    bool reusable;  // false: the back end's session is of a kind that cannot be reset (replication)

    [[nodiscard]] net::Stream& backend() const { return lease->connection.stream; }
};

}  // namespace gateway::session
