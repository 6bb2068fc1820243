#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "gateway/accounting/shared_budgets.hpp"
#include "gateway/config/config.hpp"
#include "gateway/net/io_threads.hpp"
#include "gateway/net/tls_context.hpp"
#include "gateway/shared_store/conversation.hpp"

namespace gateway::shared_store {

/// The connection between shared budgets and Redis, on a thread of its own: made anew whenever it is lost.
/// Says in the log when it is lost and found.
class RedisLink {
public:
    /// Connects from now on. `tls` nullptr: in clear. `budgets` must outlive it.
    RedisLink(config::SharedBudgets settings, std::shared_ptr<const net::ClientTls> tls,
              accounting::SharedBudgets& budgets);
    ~RedisLink();
    RedisLink(const RedisLink&) = delete;
    RedisLink& operator=(const RedisLink&) = delete;

    /// What the budgets still have to say is said, within a second; then the thread ends. May be called
    /// twice.
    void stop();

private:
    struct Connection;

    net::Task<> run();
    net::Task<std::string> talk();
    net::Task<std::string> listen(Connection& connection);
    net::Task<> write(std::shared_ptr<Connection> connection);
    [[nodiscard]] std::string late(const Connection& connection) const;
    [[nodiscard]] bool take(Connection& connection, std::vector<Heard>& heard);
    void wake();
    void report_lost(const std::string& why);
    void report_found();
    [[nodiscard]] std::chrono::milliseconds next_pause();

    const config::SharedBudgets settings_;
    const std::shared_ptr<const net::ClientTls> tls_;
    const std::chrono::milliseconds patience_;  // for an answer to a script
    accounting::SharedBudgets& budgets_;

    // Of the thread alone.
    std::weak_ptr<Connection> current_;
    net::Timer* between_ = nullptr;  // connections; run()'s own
    bool ending_ = false;
    bool found_ = false;
    std::string lost_because_;  // as the log has it
    std::chrono::milliseconds pause_;
    std::minstd_rand jitter_{std::random_device{}()};

    std::promise<void> ended_;
    net::IoThreads threads_{1};
};

}  // namespace gateway::shared_store
