#pragma once

#include <ostream>

#include "gateway/cli/command_line.hpp"
#include "gateway/cli/password_prompt.hpp"

namespace gateway::cli {

/// Changes or prints the users file. The exit code: 0, or 2 after a message on `err`. A running gateway reads
/// the file again on SIGHUP.
[[nodiscard]] int change_users(const ChangeUsers& change, const PasswordSource& password, std::ostream& out,
                               std::ostream& err);

}  // namespace gateway::cli
