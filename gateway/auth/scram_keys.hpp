#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <mutex>
#include <string_view>

#include "gateway/auth/digests.hpp"

namespace gateway::auth {

/// What RFC 5802 derives from a password; knowing them is as good as knowing the password.
struct ScramKeys {
    Digest client_key{};
    Digest server_key{};

    [[nodiscard]] Digest stored_key() const { return sha256(view(client_key)); }
    /// Runs PBKDF2: 1.6 ms for 4,096 iterations.
    [[nodiscard]] static ScramKeys of(std::string_view password, std::string_view salt,
                                      std::uint32_t iterations);
};

/// Remembers keys, so that PBKDF2 runs once per back-end user and not once per connection. Thread-safe. It
/// holds no password: entries are found by a keyed digest of all that the keys hang on.
class ScramKeyCache {
public:
    explicit ScramKeyCache(std::size_t capacity = 1024);
    [[nodiscard]] ScramKeys keys_of(std::string_view user, std::string_view password, std::string_view salt,
                                    std::uint32_t iterations);

private:
    std::mutex mutex_;
    std::size_t capacity_;
    std::string secret_;
    std::map<Digest, ScramKeys> entries_;
    std::list<Digest> oldest_first_;
};

}  // namespace gateway::auth
