#include "gateway/signals.hpp"

#include <csignal>
#include <ctime>
#include <initializer_list>

namespace gateway {
namespace {

sigset_t set_of(std::initializer_list<int> numbers) {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : numbers)
        sigaddset(&set, number);
    return set;
}

}  // namespace

Signals::Signals() {
    const sigset_t set = set_of({SIGTERM, SIGINT, SIGHUP});
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);  // a write beyond a limit fails, and is told of
}

Signals::Event Signals::wait(std::chrono::milliseconds at_most) const {
    // The kernel hands out the lowest number first: a storm of SIGHUP must not hide a SIGTERM.
    const sigset_t to_stop = set_of({SIGTERM, SIGINT});
    const timespec at_once{};
    if (sigtimedwait(&to_stop, nullptr, &at_once) > 0) return Event::stop;
    const sigset_t set = set_of({SIGTERM, SIGINT, SIGHUP});
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
