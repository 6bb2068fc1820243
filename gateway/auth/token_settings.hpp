#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace gateway::auth {

/// Bytes of a token in the compact form; a longer one is not read.
inline constexpr std::size_t longest_token = 8'192;

/// Where keys are found, and what a token must say besides being signed.
struct TokenSettings {
    std::string keys_file;                   // a JWK set, or PEM public keys; empty: none
    std::string secret_file;                 // the secret of HS256; empty: none
    std::string audience;                    // must stand in `aud`
    std::string issuer;                      // must be `iss`; empty: any
    std::chrono::seconds longest_life{300};  // of `exp` behind `iat`
    std::chrono::seconds leeway{30};         // by which clocks may differ
};

}  // namespace gateway::auth
