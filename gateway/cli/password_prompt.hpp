#pragma once

#include <functional>
#include <string>
#include <variant>

namespace gateway::cli {

struct NoPassword {
    std::string why;
};

using PasswordRead = std::variant<std::string, NoPassword>;

/// Where a command takes a new password from.
using PasswordSource = std::function<PasswordRead()>;

/// From a terminal: asks twice, without echo, which is restored even when the user interrupts. Else: the
/// first line of standard input.
[[nodiscard]] PasswordRead read_password();

}  // namespace gateway::cli
