#pragma once

#include <boost/system/result.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

namespace gateway::auth {

/// Why a token (JWT, RFC 7519) is not accepted.
enum class TokenErrc {
    malformed,           // not three parts of canonical base64url, not JSON objects, or a member stands twice
    too_long,            // of more bytes than longest_token
    unsupported_header,  // encrypted, nested, or with extensions that must be understood (crit)
    unknown_key,         // no key of ours has this `kid` and signs by this `alg`
    bad_signature,
    wrong_issuer,
    wrong_audience,
    wrong_tool,       // `azp` names another tool than the one that shows it
    no_expiry,        // no `exp`, or times that are no numbers
    expired,          // `exp` is past
    not_yet_valid,    // `nbf` or `iat` lie ahead
    lives_too_long,   // `exp` lies further ahead than longest_life allows
    invalid_subject,  // no `sub`, or one that cannot be a user's name
    other_subject,    // `sub` is not the user who logs in with it
    no_identity,      // no `jti`, by which a second use is noticed
    replayed,         // another session showed it already
    too_many_tokens,  // the replay cache is full: nothing is forgotten to make room
    not_configured,   // the gateway knows no keys
};

/// A sentence for the client's error: what is wrong, in the words of RFC 7519.
[[nodiscard]] std::string_view message_of(TokenErrc code);

template <class T>
using TokenResult = boost::system::result<T, TokenErrc>;

[[noreturn]] inline void throw_exception_from_error(TokenErrc code, const boost::source_location&) {
    throw std::logic_error("token: " + std::string(message_of(code)));
}

}  // namespace gateway::auth
