#pragma once

#include <boost/system/result.hpp>
#include <string>

#include "monitoring/labels.hpp"

namespace gateway::backend {

/// Why no back-end connection could be had.
struct ConnectError {
    monitoring::BackendConnectResult result;
    std::string sqlstate;
    std::string message;  // for the client; names neither the gateway's credentials nor addresses
    std::string hint = {};
    std::string log = {};       // for the operator: what really happened
    std::string response = {};  // the server's own ErrorResponse, passed on as it came where there is one
};

template <class T>
using Result = boost::system::result<T, ConnectError>;

[[noreturn]] void throw_exception_from_error(const ConnectError& error, const boost::source_location&);

}  // namespace gateway::backend
