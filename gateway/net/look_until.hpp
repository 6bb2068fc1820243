#pragma once

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <chrono>

#include "gateway/net/deadline.hpp"
#include "gateway/net/task.hpp"

namespace gateway::net {

/// Waits until `over()`, which something on another thread makes true: it only sets a flag, since whoever
/// waits may be gone when it comes back. Looked at after a millisecond, then less and less often.
template <class Over>
Task<> look_until(boost::asio::io_context& context, Over over) {
    constexpr std::chrono::milliseconds first_look{1};
    constexpr std::chrono::milliseconds looks_apart{16};  // at most
    Timer next_look(context);
    auto pause = first_look;
    while (!over()) {
        next_look.expires_after(pause);
        pause = std::min(2 * pause, looks_apart);
        boost::system::error_code ignored;
        co_await next_look.async_wait(boost::asio::redirect_error(use_task, ignored));
    }
}

}  // namespace gateway::net
