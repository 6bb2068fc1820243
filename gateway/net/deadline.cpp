#include "gateway/net/deadline.hpp"

#include <utility>
#include <vector>

namespace gateway::net {

void Deadlines::start(boost::asio::io_context& context) {
    timer_.emplace(context);
    wait();
}

void Deadlines::stop() { timer_.reset(); }

void Deadlines::wait() {
    if (!timer_) return;
    timer_->expires_after(tick);
    timer_->async_wait([this](const boost::system::error_code& error) {
        if (error) return;
        look();
        wait();
    });
}

void Deadlines::look() {
    now_ = std::chrono::steady_clock::now();
    // What expires may arm, disarm or destroy other deadlines: they are taken out one by one.
    for (bool again = true; again;) {
        again = false;
        for (Deadline* deadline : armed_) {
            if (deadline->due_ > now_) continue;
            deadline->disarm();
            deadline->passed_ = true;
            deadline->expired_();
            again = true;
            break;
        }
    }
}

Deadline::Deadline(Deadlines& deadlines, std::function<void()> expired)
    : deadlines_(deadlines), expired_(std::move(expired)) {}

Deadline::~Deadline() { disarm(); }

void Deadline::arm(std::chrono::milliseconds from_now) {
    due_ = deadlines_.now_ + Deadlines::tick + from_now;
    passed_ = false;
    if (armed_) return;
    place_ = deadlines_.armed_.insert(deadlines_.armed_.end(), this);
    armed_ = true;
}

void Deadline::disarm() {
    if (!armed_) return;
    deadlines_.armed_.erase(place_);
    armed_ = false;
}

}  // namespace gateway::net
