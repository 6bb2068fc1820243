#pragma once

#include <boost/json/object.hpp>

#include "gateway/auth/token_keys.hpp"

namespace gateway::auth {

/// The key of a JWK (RFC 7517, RFC 7518 section 6, RFC 8037). nullopt: it is not for signatures, or of a kind
/// or algorithm that is not known here, which a reader passes over (RFC 7517, section 5).
[[nodiscard]] TokenKeysResult<std::optional<TokenKey>> token_key_of_jwk(const boost::json::object& jwk);

}  // namespace gateway::auth
