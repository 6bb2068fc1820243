#include "gateway/auth/md5_answer.hpp"

#include <openssl/evp.h>

#include <array>
#include <optional>

namespace gateway::auth {

namespace {

std::optional<std::string> md5_hex(std::string_view data) {
    std::array<unsigned char, 16> digest{};
    if (EVP_Digest(data.data(), data.size(), digest.data(), nullptr, EVP_md5(), nullptr) != 1)
        return std::nullopt;
    std::string hex;
    for (const auto byte : digest) {
        hex.push_back("0123456789abcdef"[byte >> 4]);
        hex.push_back("0123456789abcdef"[byte & 15]);
    }
    return hex;
}

}  // namespace

Result<std::string> md5_answer(std::string_view user, std::string_view password, std::string_view salt) {
    const auto inner = md5_hex(std::string(password).append(user));
    if (!inner) return AuthErrc::digest_unavailable;
    const auto outer = md5_hex(std::string(*inner).append(salt));
    if (!outer) return AuthErrc::digest_unavailable;
    return "md5" + *outer;
}

}  // namespace gateway::auth
