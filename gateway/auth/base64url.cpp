#include "gateway/auth/base64url.hpp"

#include <algorithm>

#include "gateway/auth/digests.hpp"

namespace gateway::auth {

std::optional<std::string> from_base64url(std::string_view text) {
    // What only the other alphabet has must not pass.
    if (text.find_first_of("+/=") != std::string_view::npos) return std::nullopt;
    std::string other(text);
    std::ranges::replace(other, '-', '+');
    std::ranges::replace(other, '_', '/');
    other.append((4 - other.size() % 4) % 4, '=');
    return from_base64(other);
}

}  // namespace gateway::auth
