#pragma once

#include "gateway/wire/frame.hpp"

namespace gateway::wire {

/// Type bytes that a client sends (PostgreSQL docs, "Message Formats").
namespace frontend_type {
inline constexpr char bind = 'B', close = 'C', describe = 'D', execute = 'E', function_call = 'F',
                      flush = 'H', parse = 'P', query = 'Q', sync = 'S', terminate = 'X', copy_done = 'c',
                      copy_data = 'd', copy_fail = 'f', password = 'p';
}

/// Type bytes that a server sends.
namespace backend_type {
inline constexpr char parse_complete = '1', bind_complete = '2', close_complete = '3', notification = 'A',
                      command_complete = 'C', data_row = 'D', error = 'E', copy_in = 'G', copy_out = 'H',
                      empty_query = 'I', backend_key_data = 'K', notice = 'N', authentication = 'R',
                      parameter_status = 'S', row_description = 'T', function_call_response = 'V',
                      copy_both = 'W', ready_for_query = 'Z', copy_done = 'c', copy_data = 'd', no_data = 'n',
                      portal_suspended = 's', parameter_description = 't', negotiate_protocol_version = 'v';
}

[[nodiscard]] bool is_known_type(Peer peer, char type);

/// PostgreSQL's own bound for the type (10,000 bytes for messages that are always small, 65,535 for
/// passwords), or `limit` where that is lower.
[[nodiscard]] BodyLimit body_limit_of(Peer peer, char type, BodyLimit limit);

}  // namespace gateway::wire
