#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "gateway/auth/scram_keys.hpp"
#include "gateway/auth/scram_messages.hpp"
#include "gateway/auth/scram_verifier.hpp"

namespace gateway::auth {

/// How often a server may make us hash. Fewer than RFC 7677's minimum would help whoever overhears to guess.
struct IterationLimits {
    std::uint32_t least = default_iterations;
    std::uint32_t most = most_iterations;
};

/// Who we are towards a back end, and what the connection gives us.
struct ScramClientIdentity {
    std::string user;  // for the cache only: the start-up packet's counts
    std::string password;
    /// certificate_hash_for_channel_binding() of the server's certificate; nullopt: not under TLS.
    std::optional<std::string> certificate_hash = {};
};

/// The client's side of one SCRAM exchange. Single use.
class ScramClient {
public:
    ScramClient(ScramClientIdentity identity, ScramKeyCache& cache, IterationLimits limits = {},
                std::string nonce = fresh_nonce());

    /// Picks from what AuthenticationSASL offers: PLUS whenever it can be done.
    [[nodiscard]] Result<std::string_view> choose(std::span<const std::string_view> offered);

    /// Data of the SASLInitialResponse; after choose().
    [[nodiscard]] std::string first();
    /// Data of the SASLResponse. Runs PBKDF2 if the keys are not in the cache.
    [[nodiscard]] Result<std::string> answer(std::string_view server_first);
    /// Checks AuthenticationSASLFinal. Only then may AuthenticationOk be believed.
    [[nodiscard]] Result<void> verify(std::string_view server_final);

    [[nodiscard]] bool verified() const { return state_ == State::verified; }
    [[nodiscard]] static std::string fresh_nonce();

private:
    enum class State { start, chosen, sent, answered, verified, failed };

    [[nodiscard]] std::string_view gs2_header() const;

    ScramClientIdentity identity_;
    ScramKeyCache& cache_;
    IterationLimits limits_;
    std::string nonce_;
    State state_ = State::start;
    bool plus_ = false;
    Digest server_signature_{};
};

}  // namespace gateway::auth
