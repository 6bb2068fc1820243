#pragma once

#include <string_view>

namespace gateway::session {

// What the gateway says on its own account, to the client
/// whose own CancelRequest ended a wait: PostgreSQL's words, with 57014,
inline constexpr std::string_view cancelled_message = "canceling statement due to user request";

// and to the back end.

// What it names begins so; nothing of the client's does.
inline constexpr std::string_view own_prefix = "__tabir_";

// A syntax error to every PostgreSQL; it stands in the server's log in place of what was refused.
inline constexpr std::string_view poison_text = "statement refused by Tabir";
// The server never keeps a statement under this name, because its text does not parse.
inline constexpr std::string_view poison_name = "__tabir_refused";
// For the gateway's own use of SQL's PREPARE; closed again at once.
inline constexpr std::string_view renewal_name = "__tabir_renewal";
inline constexpr std::string_view temporary_read_name = "__tabir_temporary";
inline constexpr std::string_view paid_step_name = "__tabir_paid_step";

}  // namespace gateway::session
