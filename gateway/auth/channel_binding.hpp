#pragma once

#include <string>
#include <string_view>

#include "gateway/auth/errors.hpp"

struct x509_st;

namespace gateway::auth {

/// The data of tls-server-end-point (RFC 5929, section 4.1): the certificate's digest by the hash of its own
/// signature, SHA-256 in place of MD5 and SHA-1. certificate_digest if the signature has no hash (Ed25519).
[[nodiscard]] Result<std::string> certificate_hash_for_channel_binding(const x509_st* certificate);
[[nodiscard]] Result<std::string> certificate_hash_for_channel_binding(std::string_view der);

}  // namespace gateway::auth
