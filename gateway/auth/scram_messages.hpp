#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/auth/errors.hpp"

namespace gateway::auth {

inline constexpr std::string_view scram_sha_256 = "SCRAM-SHA-256";
inline constexpr std::string_view scram_sha_256_plus = "SCRAM-SHA-256-PLUS";

/// The longest SCRAM message that is looked at, and the longest nonce in it: bytes.
inline constexpr std::size_t longest_scram_message = 4096;
inline constexpr std::size_t longest_nonce = 1024;
/// Of a nonce of our own, before base64: SCRAM_RAW_NONCE_LEN of PostgreSQL.
inline constexpr std::size_t nonce_bytes = 18;

// The four messages of RFC 5802, section 7, in views of their text. Attributes stand in their one order,
// once.

/// What the client says about channel binding (the gs2-cbind-flag).
enum class BindingFlag {
    none,           // n: the client cannot
    unused,         // y: the client can, but thinks that the server cannot
    tls_end_point,  // p=tls-server-end-point
};

struct ClientFirst {
    BindingFlag binding;
    std::string_view gs2_header;  // "n,,"
    std::string_view bare;        // from n= on
    std::string_view nonce;
    [[nodiscard]] static Result<ClientFirst> from(std::string_view message);
};

struct ServerFirst {
    std::string_view nonce;
    std::string salt;
    std::uint32_t iterations;
    [[nodiscard]] static Result<ServerFirst> from(std::string_view message);
};

struct ClientFinal {
    std::string_view binding;  // base64 of the gs2 header and the binding data
    std::string_view nonce;
    std::string proof;  // 32 bytes
    std::string_view without_proof;
    [[nodiscard]] static Result<ClientFinal> from(std::string_view message);
};

struct ServerFinal {
    std::string signature;  // 32 bytes
    [[nodiscard]] static Result<ServerFinal> from(std::string_view message);
};

}  // namespace gateway::auth
