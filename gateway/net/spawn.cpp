#include "gateway/net/spawn.hpp"

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <utility>

#include "monitoring/log.hpp"

namespace gateway::net {
namespace {

std::atomic<std::uint64_t> failures{0};

}  // namespace

void spawn(const Executor& executor, Task<> task, const char* what) {
    boost::asio::co_spawn(executor, std::move(task), [what](const std::exception_ptr& failure) {
        if (!failure) return;
        failures.fetch_add(1, std::memory_order_relaxed);
        try {
            std::rethrow_exception(failure);
        } catch (const std::exception& error) {
            monitoring::log(monitoring::Level::error, "task_failed",
                            {{"task", what}, {"what", error.what()}});
        } catch (...) {
            monitoring::log(monitoring::Level::error, "task_failed", {{"task", what}});
        }
    });
}

std::uint64_t failed_tasks() { return failures.load(std::memory_order_relaxed); }

}  // namespace gateway::net
