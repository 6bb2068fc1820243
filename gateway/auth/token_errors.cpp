#include "gateway/auth/token_errors.hpp"

namespace gateway::auth {

std::string_view message_of(TokenErrc code) {
    switch (code) {
        case TokenErrc::malformed:
            return "This is not a signed token (JWT) in the compact form, by the canonical spelling.";
        case TokenErrc::too_long: return "The token is longer than 8192 bytes.";
        case TokenErrc::unsupported_header:
            return "The token is encrypted, nested, or has extensions that the gateway does not know.";
        case TokenErrc::unknown_key:
            return "The gateway has no key with the token's \"kid\" that signs by its \"alg\".";
        case TokenErrc::bad_signature: return "The token is not signed by a key of the gateway's.";
        case TokenErrc::wrong_issuer: return "The token is of another issuer (\"iss\").";
        case TokenErrc::wrong_audience: return "The token is for another audience (\"aud\").";
        case TokenErrc::wrong_tool: return "The token was made for another tool (\"azp\").";
        case TokenErrc::no_expiry: return "The token has no \"exp\", or times that are no numbers.";
        case TokenErrc::expired: return "The token has expired (\"exp\").";
        case TokenErrc::not_yet_valid: return "The token is not valid yet (\"nbf\", \"iat\").";
        case TokenErrc::lives_too_long: return "The token lives longer than the gateway allows (\"exp\").";
        case TokenErrc::invalid_subject:
            return "The token's \"sub\" is not a name: 1 to 63 bytes without control characters.";
        case TokenErrc::other_subject: return "The token is of another person (\"sub\").";
        case TokenErrc::no_identity: return "The token has no \"jti\" of 1 to 255 bytes.";
        case TokenErrc::replayed: return "The token was used by another session already (\"jti\").";
        case TokenErrc::too_many_tokens:
            return "More tokens are in use than the gateway can remember; try again later.";
        case TokenErrc::not_configured: return "The gateway takes no tokens.";
    }
    return "The token is not accepted.";
}

}  // namespace gateway::auth
