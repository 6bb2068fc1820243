#pragma once

#include <string>
#include <string_view>

#include "gateway/auth/errors.hpp"

namespace gateway::auth {

/// The answer to AuthenticationMD5Password: "md5" and the hex of md5(hex(md5(password, user)), salt). Only
/// for back ends whose configuration allows MD5 by name.
[[nodiscard]] Result<std::string> md5_answer(std::string_view user, std::string_view password,
                                             std::string_view salt);

}  // namespace gateway::auth
