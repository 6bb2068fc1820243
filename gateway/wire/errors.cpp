#include "gateway/wire/errors.hpp"

namespace gateway::wire {

std::string_view message_of(WireErrc code) {
    switch (code) {
        case WireErrc::length_out_of_range: return "invalid message length";
        case WireErrc::unknown_type: return "invalid message type";
        case WireErrc::wrong_type: return "unexpected message type";
        case WireErrc::too_short: return "insufficient data left in message";
        case WireErrc::missing_terminator: return "invalid string in message";
        case WireErrc::extra_bytes: return "invalid message format";
        case WireErrc::value_length: return "invalid length of a value in message";
        case WireErrc::format_code: return "unsupported format code";
        case WireErrc::format_count: return "number of format codes does not match the number of values";
        case WireErrc::object_kind: return "invalid message subtype: neither statement nor portal";
        case WireErrc::transaction_status: return "invalid transaction status";
        case WireErrc::sqlstate: return "error report without SQLSTATE";
        case WireErrc::authentication_request: return "unknown authentication request";
        case WireErrc::key_length: return "invalid length of cancel key";
        case WireErrc::startup_length: return "invalid length of startup packet";
        case WireErrc::startup_layout:
            return "invalid startup packet layout: expected terminator as last byte";
        case WireErrc::duplicate_parameter: return "startup packet names a parameter twice";
        case WireErrc::missing_user: return "no PostgreSQL user name specified in startup packet";
        case WireErrc::name_too_long: return "user or database name is longer than 63 bytes";
        case WireErrc::unsupported_protocol: return "unsupported frontend protocol: 3.0 is supported";
        case WireErrc::tls_hello: return "TLS handshake without an SSLRequest";
        case WireErrc::foreign_protocol:
            return "this is a PostgreSQL port: the client speaks another protocol";
        case WireErrc::startup_option:
            return "startup options must be of the form -c name=value or --name=value";
    }
    return "invalid message";
}

std::string_view sqlstate_of(WireErrc code) {
    switch (code) {
        case WireErrc::missing_user: return "28000";
        case WireErrc::unsupported_protocol: return "0A000";
        case WireErrc::format_code: return "22023";
        case WireErrc::startup_option: return "42601";
        case WireErrc::name_too_long: return "42622";
        case WireErrc::length_out_of_range:
        case WireErrc::unknown_type:
        case WireErrc::wrong_type:
        case WireErrc::too_short:
        case WireErrc::missing_terminator:
        case WireErrc::extra_bytes:
        case WireErrc::value_length:
        case WireErrc::format_count:
        case WireErrc::object_kind:
        case WireErrc::transaction_status:
        case WireErrc::sqlstate:
        case WireErrc::authentication_request:
        case WireErrc::key_length:
        case WireErrc::startup_length:
        case WireErrc::startup_layout:
        case WireErrc::duplicate_parameter:
        case WireErrc::tls_hello:
        case WireErrc::foreign_protocol: return "08P01";
    }
    return "08P01";
}

}  // namespace gateway::wire
