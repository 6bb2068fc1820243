#include "gateway/auth/errors.hpp"

namespace gateway::auth {

std::string_view message_of(AuthErrc code) {
    switch (code) {
        case AuthErrc::malformed_message: return "malformed SCRAM message";
        case AuthErrc::unsupported_mechanism: return "SASL authentication mechanism was not offered";
        case AuthErrc::unsupported_extension: return "peer requires an unsupported SCRAM extension";
        case AuthErrc::authorization_identity: return "SCRAM authorization identity is not supported";
        case AuthErrc::binding_expected: return "SCRAM-SHA-256-PLUS needs channel binding data";
        case AuthErrc::binding_unexpected: return "channel binding data need SCRAM-SHA-256-PLUS";
        case AuthErrc::binding_type:
            return "unsupported SCRAM channel-binding type: tls-server-end-point is supported";
        case AuthErrc::binding_mismatch: return "SCRAM channel binding check failed";
        case AuthErrc::downgrade:
            return "SCRAM channel binding negotiation error: the client thinks that this server does not "
                   "support it";
        case AuthErrc::nonce_mismatch: return "SCRAM nonce does not match";
        case AuthErrc::wrong_password: return "password authentication failed";
        case AuthErrc::iterations_out_of_range: return "SCRAM iteration count is out of range";
        case AuthErrc::server_signature: return "incorrect SCRAM server signature";
        case AuthErrc::certificate_digest: return "certificate has no digest for channel binding";
        case AuthErrc::invalid_verifier:
            return "not a verifier of the form SCRAM-SHA-256$<iterations>:<salt>$<stored key>:<server key>";
        case AuthErrc::empty_password: return "the password is empty";
        case AuthErrc::digest_unavailable: return "the cryptographic library refuses this digest";
    }
    return "authentication failed";
}

std::string_view sqlstate_of(AuthErrc code) {
    switch (code) {
        case AuthErrc::malformed_message:
        case AuthErrc::unsupported_mechanism:
        case AuthErrc::unsupported_extension:
        case AuthErrc::binding_expected:
        case AuthErrc::binding_unexpected:
        case AuthErrc::binding_type:
        case AuthErrc::nonce_mismatch:
        case AuthErrc::iterations_out_of_range:
        case AuthErrc::server_signature: return "08P01";
        case AuthErrc::authorization_identity: return "0A000";
        case AuthErrc::binding_mismatch:
        case AuthErrc::downgrade:
        case AuthErrc::certificate_digest: return "28000";
        case AuthErrc::wrong_password:
        case AuthErrc::invalid_verifier:
        case AuthErrc::empty_password: return "28P01";
        case AuthErrc::digest_unavailable: return "XX000";
    }
    return "28P01";
}

}  // namespace gateway::auth
