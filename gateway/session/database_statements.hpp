#pragma once

#include <string_view>

namespace gateway::session {

/// A statement that may need a database to itself: CREATE, ALTER or DROP DATABASE. The server waits some
/// seconds for others to leave (CountOtherDBBackends), idle connections of a pool among them. `text` is a
/// client's own, or the beginning of it; only the first statement matters, for none of these may stand beside
/// others.
[[nodiscard]] bool wants_database_alone(std::string_view text);

/// A command's tag says that the values changed with which new sessions start: ALTER ROLE and ALTER DATABASE.
[[nodiscard]] bool changes_start_values(std::string_view command_tag);

}  // namespace gateway::session
