#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gateway::auth {

/// base64url without padding (RFC 7515, section 2), by the one canonical spelling: unused bits are zero, and
/// no other character stands in it; nullopt otherwise.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

}  // namespace gateway::auth
