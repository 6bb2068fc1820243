#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "gateway/auth/user.hpp"

namespace gateway::auth {

/// One line of the users file: `name how [alias=NAME]... [certificate=KIND:NAME]...`, each word in double
/// quotes if it holds blanks ("" within quotes stands for "). `how` is a SCRAM verifier, `token`,
/// `certificate` or `none`.
struct UserLine {
    std::string name;
    User user;
};

/// What is wrong with a line: one message for each mistake.
using UserLineRead = std::variant<UserLine, std::vector<std::string>>;

/// Reads a line that is neither blank nor a comment.
[[nodiscard]] UserLineRead read_user_line(std::string_view line);

/// The line that says this.
[[nodiscard]] std::string user_line_of(std::string_view name, const User& user);

/// Without blanks at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

}  // namespace gateway::auth
