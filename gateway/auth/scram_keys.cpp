#include "gateway/auth/scram_keys.hpp"

#include "gateway/auth/saslprep.hpp"

namespace gateway::auth {

namespace {

/// Joins the parts so that no two different lists of them look alike.
std::string joined(std::initializer_list<std::string_view> parts) {
    std::string text;
    for (const auto part : parts)
        text.append(std::to_string(part.size())).append(":").append(part);
    return text;
}

}  // namespace

ScramKeys ScramKeys::of(std::string_view password, std::string_view salt, std::uint32_t iterations) {
    const auto salted = pbkdf2_sha256(normalized_password(password), salt, iterations);
    return {hmac_sha256(view(salted), "Client Key"), hmac_sha256(view(salted), "Server Key")};
}

ScramKeyCache::ScramKeyCache(std::size_t capacity)
    : capacity_(capacity), secret_(random_bytes(sizeof(Digest))) {}

ScramKeys ScramKeyCache::keys_of(std::string_view user, std::string_view password, std::string_view salt,
                                 std::uint32_t iterations) {
    const auto key = hmac_sha256(secret_, joined({user, password, salt, std::to_string(iterations)}));
    {
        const std::lock_guard lock(mutex_);
        if (const auto found = entries_.find(key); found != entries_.end()) return found->second;
    }
    const auto keys = ScramKeys::of(password, salt, iterations);
    const std::lock_guard lock(mutex_);
    if (entries_.emplace(key, keys).second) {
        oldest_first_.push_back(key);
        if (oldest_first_.size() > capacity_) {
            entries_.erase(oldest_first_.front());
            oldest_first_.pop_front();
        }
    }
    return keys;
}

}  // namespace gateway::auth
