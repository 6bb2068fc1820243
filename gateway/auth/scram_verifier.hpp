#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/auth/digests.hpp"
#include "gateway/auth/errors.hpp"

namespace gateway::auth {

/// What RFC 7677 asks for at least and PostgreSQL uses by default.
inline constexpr std::uint32_t default_iterations = 4096;

/// More would let a peer keep a core busy for seconds.
inline constexpr std::uint32_t most_iterations = 1'000'000;

/// What a server keeps instead of a password, in PostgreSQL's own format.
struct ScramVerifier {
    std::uint32_t iterations = default_iterations;
    std::string salt;
    Digest stored_key{};
    Digest server_key{};

    /// Reads `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>`.
    [[nodiscard]] static Result<ScramVerifier> from(std::string_view text);
    /// Runs PBKDF2 once; a fresh random salt of 16 bytes.
    [[nodiscard]] static Result<ScramVerifier> of_password(std::string_view password,
                                                           std::uint32_t iterations = default_iterations);
    [[nodiscard]] static Result<ScramVerifier> of_password(std::string_view password, std::string_view salt,
                                                           std::uint32_t iterations);
    [[nodiscard]] std::string text() const;
    [[nodiscard]] bool matches(std::string_view password) const;
};

/// The secret behind the salts that unknown users are shown. It must stay the same over restarts and
/// replicas: a salt that changes would tell that there is no such user.
class MockSecret {
public:
    [[nodiscard]] static MockSecret derived_from(std::string_view stable_secret);
    [[nodiscard]] static MockSecret random();
    [[nodiscard]] std::string salt_for(std::string_view user) const;

private:
    explicit MockSecret(const Digest& key) : key_(key) {}
    Digest key_;
};

/// What a log-in is checked against. For an unknown user it looks like any other, and no proof fits.
struct LoginVerifier {
    ScramVerifier verifier;
    bool known = false;
};

[[nodiscard]] LoginVerifier mock_verifier(std::string_view user, const MockSecret& secret);

}  // namespace gateway::auth
