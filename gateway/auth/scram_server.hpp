#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/auth/scram_messages.hpp"
#include "gateway/auth/scram_verifier.hpp"

namespace gateway::auth {

/// The server's side of one SCRAM exchange (RFC 5802, RFC 7677). Single use.
class ScramServer {
public:
    /// `certificate_hash`: certificate_hash_for_channel_binding() of our own certificate if this connection
    /// is under TLS, else nullopt. `nonce`: our part, printable without commas; fresh for each exchange.
    ScramServer(LoginVerifier login, std::optional<std::string> certificate_hash,
                std::string nonce = fresh_nonce());

    /// What to offer in AuthenticationSASL, the preferred first.
    [[nodiscard]] std::vector<std::string_view> mechanisms() const;

    /// Answers the SASLInitialResponse with the data of AuthenticationSASLContinue.
    [[nodiscard]] Result<std::string> first(std::string_view mechanism, std::string_view client_first);

    /// Answers the SASLResponse with the data of AuthenticationSASLFinal; the client is then who it says.
    /// wrong_password is the only error that hangs on the password or on whether the user exists.
    [[nodiscard]] Result<std::string> final(std::string_view client_final);

    [[nodiscard]] static std::string fresh_nonce();

private:
    enum class State { start, challenged, over };

    LoginVerifier login_;
    std::optional<std::string> certificate_hash_;
    std::string server_nonce_;
    State state_ = State::start;
    std::string nonce_;         // the client's part and ours
    std::string binding_;       // what c= must say
    std::string auth_message_;  // client-first-bare "," server-first
};

}  // namespace gateway::auth
