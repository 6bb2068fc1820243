#pragma once

#include <string_view>

#include "gateway/accounting/key_hash.hpp"

namespace gateway::shared_store {

/// The key of hashes that every replica with this secret has (HKDF with SHA-256, RFC 5869).
[[nodiscard]] accounting::KeyHash::Key shared_key(std::string_view secret);

}  // namespace gateway::shared_store
