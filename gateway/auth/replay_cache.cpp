#include "gateway/auth/replay_cache.hpp"

#include <algorithm>
#include <cstring>

namespace gateway::auth {

std::size_t ReplayCache::HashOfDigest::operator()(const Digest& digest) const {
    std::size_t hash = 0;
    std::memcpy(&hash, digest.data(), sizeof hash);
    return hash;
}

TokenResult<void> ReplayCache::note(std::string_view issuer, std::string_view id, WallTime usable_until,
                                    SessionNumber session, WallTime now) {
    // The length keeps "a" + "bc" and "ab" + "c" apart.
    const Digest key = sha256(std::to_string(issuer.size()).append(1, ':').append(issuer).append(id));
    const std::lock_guard lock(mutex_);
    latest_ = std::max(latest_, now);
    forget_expired();
    if (usable_until <= latest_) return TokenErrc::expired;
    if (const auto found = shown_.find(key); found != shown_.end()) {
        if (found->second.by != session) return TokenErrc::replayed;
        // Two tokens of one `jti`, against RFC 7519: remembered as long as the later one.
        if (usable_until > found->second.usable_until) {
            found->second.usable_until = usable_until;
            expiring_[usable_until].push_back(key);
        }
        return {};
    }
    if (shown_.size() >= capacity_) return TokenErrc::too_many_tokens;
    shown_.emplace(key, Shown{session, usable_until});
    expiring_[usable_until].push_back(key);
    return {};
}

void ReplayCache::forget_expired() {
    while (!expiring_.empty() && expiring_.begin()->first <= latest_) {
        for (const Digest& key : expiring_.begin()->second) {
            const auto found = shown_.find(key);
            if (found != shown_.end() && found->second.usable_until <= latest_) shown_.erase(found);
        }
        expiring_.erase(expiring_.begin());
    }
}

std::size_t ReplayCache::size() const {
    const std::lock_guard lock(mutex_);
    return shown_.size();
}

}  // namespace gateway::auth
