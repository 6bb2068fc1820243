#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gateway::auth {

/// A SHA-256 digest or key.
using Digest = std::array<unsigned char, 32>;

[[nodiscard]] inline std::string_view view(const Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

[[nodiscard]] Digest sha256(std::string_view data);
[[nodiscard]] Digest hmac_sha256(std::string_view key, std::string_view data);
[[nodiscard]] Digest pbkdf2_sha256(std::string_view password, std::string_view salt,
                                   std::uint32_t iterations);

/// Takes the same time wherever the two differ.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);

/// From the system's generator; throws std::runtime_error if it fails: nothing secure can be done then.
[[nodiscard]] std::string random_bytes(std::size_t size);

[[nodiscard]] std::string base64(std::string_view data);
/// Strict: the one canonical spelling, no blanks; nullopt otherwise.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace gateway::auth
