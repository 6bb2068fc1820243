#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gateway/auth/certificate_names.hpp"
#include "gateway/auth/scram_verifier.hpp"

namespace gateway::auth {

/// By a signed token in place of the password, whose `sub` is the user.
struct LogInByToken {};

/// By a client certificate that carries one of `names`; none: whose common name is the user's.
struct LogInByCertificate {
    std::vector<CertificateName> names = {};
};

/// Not at all: a person for whom tools ask.
struct NoLogIn {};

/// How a user proves who he is: one way each, so that the weaker of two does not decide.
using LogIn = std::variant<ScramVerifier, LogInByToken, LogInByCertificate, NoLogIn>;

/// What the users file says of one user besides the name.
struct User {
    LogIn log_in;
    std::vector<std::string> aliases = {};  // other names of the same person, for CanonicalNames
};

/// Whether a verified certificate that carries `presented` lets `name` in.
[[nodiscard]] bool lets_in(const LogInByCertificate& by, std::string_view name,
                           const std::vector<CertificateName>& presented);

}  // namespace gateway::auth
