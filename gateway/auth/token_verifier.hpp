#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gateway/auth/replay_cache.hpp"
#include "gateway/auth/token_keys.hpp"
#include "gateway/auth/token_settings.hpp"

namespace boost::json {
class object;
}

namespace gateway::auth {

/// What a token that was accepted says.
struct TokenClaims {
    std::string subject;  // `sub`: the person, as the issuer spells the name
    std::string id;       // `jti`
    std::string issuer;   // `iss`; empty: none
    WallTime usable_until;
};

/// Who shows a token, and when.
struct TokenUse {
    WallTime now;
    std::string_view tool;  // the name by which the session logs, or logged, in
    SessionNumber session;
};

/// Checks tokens (JWT, RFC 7519, as signed JWS in the compact form, RFC 7515, after the advice of RFC 8725).
///
/// Demanded: a signature by a key of ours, by the algorithm of that key; `aud`, `sub` (1 to 63 bytes without
/// control characters), `exp`, `jti`; `iss` where the settings name it. `nbf` and `iat` are honoured where
/// they stand. `azp`
/// ("authorized party", OpenID Connect Core, section 2), where it stands, must be the log-in name of the tool
/// that shows the token: so one that was made for a tool is of no use to another. Keys in the token's header
/// (jwk, jku, x5c, x5u) are never looked at. Immutable: share it, and replace it by the next one.
class TokenVerifier {
public:
    TokenVerifier(TokenKeys keys, TokenSettings settings)
        : keys_(std::move(keys)), settings_(std::move(settings)) {}
    /// Reads the files that the settings name.
    [[nodiscard]] static TokenKeysResult<TokenVerifier> load(const TokenSettings& settings);

    /// Whether the token is good by itself, at `now`, for `tool`. Owns no clock and remembers nothing.
    [[nodiscard]] TokenResult<TokenClaims> verify(std::string_view token, WallTime now,
                                                  std::string_view tool) const;

    /// verify(), and that no other session has shown it: what a session asks.
    [[nodiscard]] TokenResult<TokenClaims> accept(std::string_view token, const TokenUse& use,
                                                  ReplayCache& shown) const;

    [[nodiscard]] const TokenKeys& keys() const { return keys_; }

private:
    [[nodiscard]] TokenResult<void> check_signature(std::string_view header, std::string_view signed_text,
                                                    std::string_view signature) const;
    [[nodiscard]] TokenResult<WallTime> check_times(const boost::json::object& claims, WallTime now) const;
    [[nodiscard]] TokenResult<TokenClaims> check_claims(std::string_view payload, WallTime now,
                                                        std::string_view tool) const;

    TokenKeys keys_;
    TokenSettings settings_;
};

}  // namespace gateway::auth
