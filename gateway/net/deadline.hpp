#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <list>
#include <optional>

#include "gateway/net/task.hpp"

namespace gateway::net {

using TimePoint = std::chrono::steady_clock::time_point;

using Timer =
    boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                      boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

class Deadline;

/// All armed deadlines of one I/O thread, looked at by one coarse timer: no session pays for a timer of its
/// own.
class Deadlines {
public:
    static constexpr std::chrono::milliseconds tick{100};

    /// The time at the last tick; at most one tick old, and cheaper than asking the clock.
    [[nodiscard]] TimePoint now() const { return now_; }
    void start(boost::asio::io_context& context);
    /// Before the context is destroyed.
    void stop();

private:
    friend class Deadline;
    void wait();
    void look();

    std::optional<Timer> timer_;
    TimePoint now_ = std::chrono::steady_clock::now();
    std::list<Deadline*> armed_;
};

/// One deadline: `expired` is called once on the I/O thread when it passes, up to two ticks late, never
/// early.
class Deadline {
public:
    Deadline(Deadlines& deadlines, std::function<void()> expired);
    ~Deadline();
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;

    void arm(std::chrono::milliseconds from_now);
    void disarm();
    [[nodiscard]] bool passed() const { return passed_; }

private:
    friend class Deadlines;
    Deadlines& deadlines_;
    std::function<void()> expired_;
    TimePoint due_{};
    std::list<Deadline*>::iterator place_;
    bool armed_ = false;
    bool passed_ = false;
};

}  // namespace gateway::net
