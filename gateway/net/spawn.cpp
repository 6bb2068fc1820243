#include "gateway/net/spawn.hpp"

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <exception>
#include <memory>
#include <utility>

#include "monitoring/log.hpp"

namespace gateway::net {
namespace {

std::atomic<std::uint64_t> failures{0};

void report(const std::exception_ptr& failure, const char* what) {
    failures.fetch_add(1, std::memory_order_relaxed);
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        monitoring::log(monitoring::Level::error, "task_failed", {{"task", what}, {"what", error.what()}});
    } catch (...) {
        monitoring::log(monitoring::Level::error, "task_failed", {{"task", what}});
    }
}

}  // namespace

void spawn(const Executor& executor, Task<> task, const char* what, std::function<void(bool failed)> ended) {
    boost::asio::co_spawn(executor, std::move(task),
                          [what, ended = std::move(ended)](const std::exception_ptr& failure) {
                              if (failure) report(failure, what);
                              if (ended) ended(failure != nullptr);
                          });
}

Task<> run_both(const Executor& executor, Task<> one, const char* what_one, Task<> other,
                const char* what_other, std::function<void()> end_both) {
    struct Running {
        Timer ended;
        int tasks;
    };
    const auto running = std::make_shared<Running>(Timer(executor, Timer::time_point::max()), 2);
    const auto ended = [running, end_both = std::move(end_both)](bool failed) {
        if (failed) end_both();
        if (--running->tasks == 0) running->ended.cancel();
    };
    spawn(executor, std::move(one), what_one, ended);
    spawn(executor, std::move(other), what_other, ended);
    if (running->tasks == 0) co_return;
    boost::system::error_code ignored;
    co_await running->ended.async_wait(boost::asio::redirect_error(use_task, ignored));
}

std::uint64_t failed_tasks() { return failures.load(std::memory_order_relaxed); }

}  // namespace gateway::net
