#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "gateway/auth/digests.hpp"
#include "gateway/auth/token_errors.hpp"

namespace gateway::auth {

/// The time of day, to which a token's times refer.
using WallTime = std::chrono::sys_seconds;

/// One client connection of this process; never given twice.
enum class SessionNumber : std::uint64_t {};

/// Which tokens were shown, by which session. Thread-safe.
///
/// A token belongs to the session that shows it first: that one may show it again (with each statement), any
/// other is refused until the token has expired. So a token that leaks from a log or a pool is of no use to
/// whoever finds it, as long as the tool itself has used it. It follows that a token opens one session, and a
/// pool of connections needs one for each. The bound is one process: what another replica, or a process
/// before a restart, was shown is not known.
class ReplayCache {
public:
    /// At `capacity` tokens (about 100 bytes each) new ones are refused, rather than old ones forgotten.
    explicit ReplayCache(std::size_t capacity = 262'144) : capacity_(capacity) {}

    /// Takes note that `session` shows the token `id` (`jti`) of `issuer`, which could be used until
    /// `usable_until` (its `exp` and the leeway). replayed, too_many_tokens; or expired: `now` never goes
    /// back for this cache, for a clock that is set back must not let in again what was forgotten.
    [[nodiscard]] TokenResult<void> note(std::string_view issuer, std::string_view id, WallTime usable_until,
                                         SessionNumber session, WallTime now);

    [[nodiscard]] std::size_t size() const;

private:
    struct Shown {
        SessionNumber by;
        WallTime usable_until;
    };
    struct HashOfDigest {
        std::size_t operator()(const Digest& digest) const;
    };

    void forget_expired();

    const std::size_t capacity_;
    mutable std::mutex mutex_;
    WallTime latest_{};  // that was told
    std::unordered_map<Digest, Shown, HashOfDigest> shown_;
    std::map<WallTime, std::vector<Digest>> expiring_;
};

}  // namespace gateway::auth
