#pragma once

#include <boost/system/result.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

namespace gateway::auth {

/// Why an exchange of credentials failed.
enum class AuthErrc {
    malformed_message,       // not what RFC 5802 allows at this point, or too long
    unsupported_mechanism,   // a mechanism that was not offered
    unsupported_extension,   // m=: the peer insists on what we do not know
    authorization_identity,  // a=: to act as somebody else
    binding_expected,        // SCRAM-SHA-256-PLUS without channel binding data
    binding_unexpected,      // channel binding data without SCRAM-SHA-256-PLUS
    binding_type,            // another type than tls-server-end-point
    binding_mismatch,        // the binding data are of another TLS connection
    downgrade,  // the client believes that we cannot bind, but we can: somebody stripped the offer
    nonce_mismatch,
    wrong_password,  // the proof does not fit: unknown user or wrong password
    iterations_out_of_range,
    server_signature,    // the server does not know the password either
    certificate_digest,  // the certificate's signature names no digest to bind to
    invalid_verifier,    // not in PostgreSQL's form SCRAM-SHA-256$<iterations>:<salt>$<stored>:<server>
    empty_password,
    digest_unavailable,  // this OpenSSL refuses the digest (MD5 in FIPS mode)
};

[[nodiscard]] std::string_view message_of(AuthErrc code);

/// 28P01 for a wrong password, 28000 for a refused negotiation, 08P01 for bytes that make no sense.
[[nodiscard]] std::string_view sqlstate_of(AuthErrc code);

template <class T>
using Result = boost::system::result<T, AuthErrc>;

[[noreturn]] inline void throw_exception_from_error(AuthErrc code, const boost::source_location&) {
    throw std::logic_error("auth: " + std::string(message_of(code)));
}

}  // namespace gateway::auth
