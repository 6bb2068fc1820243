#include "gateway/signals.hpp"

#include <csignal>
#include <ctime>

namespace gateway {
namespace {

sigset_t awaited() {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : {SIGTERM, SIGINT, SIGHUP})
        sigaddset(&set, number);
    return set;
}

}  // namespace

Signals::Signals() {
    const sigset_t set = awaited();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

Signals::Event Signals::wait(std::chrono::milliseconds at_most) const {
    const sigset_t set = awaited();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(at_most);
    const timespec time{seconds.count(), std::chrono::nanoseconds(at_most - seconds).count()};
    switch (sigtimedwait(&set, nullptr, &time)) {
        case SIGTERM:
        case SIGINT: return Event::stop;
        case SIGHUP: return Event::reload;
        default: return Event::none;
    }
}

}  // namespace gateway
