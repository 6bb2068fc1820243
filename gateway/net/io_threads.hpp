#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "gateway/net/deadline.hpp"
#include "gateway/net/task.hpp"

namespace gateway::net {

/// One core's event loop and what belongs to it. Everything but the counts is used on its own thread only.
struct IoThread {
    IoThread();
    ~IoThread() { deadlines.stop(); }
    IoThread(const IoThread&) = delete;
    IoThread& operator=(const IoThread&) = delete;

    // These outlive the coroutines that are destroyed with the context.
    std::atomic<std::size_t> sessions{0};
    std::atomic<std::size_t> errands{0};  // what must be done even when no session is left
    Deadlines deadlines;
    boost::asio::io_context context;
};

/// The event loops, each on a thread of its own with a stack of 64 MiB: the SQL parser, which recurses, runs
/// there (sizes: docs of libpg_query's depth guard).
class IoThreads {
public:
    static constexpr std::size_t stack_bytes = 64UL * 1024 * 1024;

    /// `count` 0: one for each core.
    explicit IoThreads(unsigned count);
    ~IoThreads();
    IoThreads(const IoThreads&) = delete;
    IoThreads& operator=(const IoThreads&) = delete;

    [[nodiscard]] IoThread& first() { return *threads_.front(); }
    /// The thread that serves the fewest sessions now.
    [[nodiscard]] IoThread& least_loaded();
    [[nodiscard]] const std::vector<std::unique_ptr<IoThread>>& all() const { return threads_; }
    /// Sessions on all threads.
    [[nodiscard]] std::size_t sessions() const;
    /// Neither a session nor an errand on any thread.
    [[nodiscard]] bool done() const;

    /// Runs `work` on each thread, soon.
    void post_to_all(const std::function<void(IoThread&)>& work);
    /// Ends the loops, joins the threads, and destroys whatever is still waiting.
    void stop();

private:
    std::vector<std::unique_ptr<IoThread>> threads_;
    std::vector<unsigned long> handles_;  // pthread_t
};

}  // namespace gateway::net
