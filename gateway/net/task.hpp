#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace gateway::net {

using Executor = boost::asio::io_context::executor_type;

/// A coroutine on one I/O thread. The executor's type is fixed, so that no wait is type-erased.
template <class T = void>
using Task = boost::asio::awaitable<T, Executor>;

inline constexpr boost::asio::use_awaitable_t<Executor> use_task{};

}  // namespace gateway::net
