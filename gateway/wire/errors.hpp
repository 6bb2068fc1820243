#pragma once

#include <boost/system/result.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

namespace gateway::wire {

/// What is wrong with the bytes that a peer sent.
enum class WireErrc {
    length_out_of_range,     // a frame's length below 4 or above the limit
    unknown_type,            // a type byte that this peer never sends
    wrong_type,              // a decoder was given another message's frame
    too_short,               // the body ends before what its counts and lengths promise
    missing_terminator,      // a string without its NUL
    extra_bytes,             // bytes after a well-formed body
    value_length,            // a value's length below -1
    format_code,             // neither 0 (text) nor 1 (binary)
    format_count,            // neither 0, 1 nor one per value
    object_kind,             // Describe or Close of neither 'S' nor 'P'
    transaction_status,      // ReadyForQuery with neither 'I', 'T' nor 'E'
    sqlstate,                // ErrorResponse without a five-character SQLSTATE
    authentication_request,  // an authentication code that nobody defined
    key_length,              // a cancel key of less than 4 or more than 256 bytes
    startup_length,          // a start-up packet outside PostgreSQL's bounds
    startup_layout,          // a start-up packet whose terminator is not its last byte
    duplicate_parameter,     // the same start-up parameter twice, in any case
    missing_user,            // no user, or an empty one
    name_too_long,           // user or database of 64 bytes or more: PostgreSQL would cut it
    unsupported_protocol,    // neither 3.x nor one of the special requests
    tls_hello,               // a TLS handshake where a start-up packet belongs
    foreign_protocol,        // HTTP, SSH, Redis or a PROXY header
    startup_option,          // `options` that do not parse, or another switch than -c and --name
};

/// Words for the client, of the kind that PostgreSQL uses.
[[nodiscard]] std::string_view message_of(WireErrc code);

/// The SQLSTATE to answer with: 08P01 (protocol_violation) unless PostgreSQL has a closer one.
[[nodiscard]] std::string_view sqlstate_of(WireErrc code);

template <class T>
using Result = boost::system::result<T, WireErrc>;

[[noreturn]] inline void throw_exception_from_error(WireErrc code, const boost::source_location&) {
    throw std::logic_error("wire: " + std::string(message_of(code)));
}

}  // namespace gateway::wire
