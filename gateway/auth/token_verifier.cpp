#include "gateway/auth/token_verifier.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <cmath>

#include "gateway/auth/base64url.hpp"
#include "gateway/auth/strict_json.hpp"
#include "gateway/auth/users.hpp"

namespace gateway::auth {

namespace {

namespace json = boost::json;

constexpr std::size_t longest_token_id = 255;
constexpr double latest_time = 253'402'300'799;  // the end of the year 9999

// The three parts of the compact form, still as base64url.
struct CompactToken {
    std::string_view header;
    std::string_view payload;
    std::string_view signature;
    std::string_view signed_text;  // header "." payload
};

std::optional<CompactToken> parts_of(std::string_view token) {
    const auto first = token.find('.');
    if (first == std::string_view::npos) return std::nullopt;
    const auto second = token.find('.', first + 1);
    if (second == std::string_view::npos) return std::nullopt;
    const CompactToken parts{token.substr(0, first), token.substr(first + 1, second - first - 1),
                             token.substr(second + 1), token.substr(0, second)};
    // An encrypted token has five parts (RFC 7516).
    if (parts.signature.find('.') != std::string_view::npos || parts.signature.empty()) return std::nullopt;
    return parts;
}

std::string_view as_view(const json::string& text) { return {text.data(), text.size()}; }

// "JWT", or the type of an access token (RFC 9068); media types are compared without case.
bool is_token_type(std::string_view type) {
    std::string lower(type);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) {
        return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    });
    return lower == "jwt" || lower == "at+jwt" || lower == "application/at+jwt";
}

bool has_audience(const json::object& claims, std::string_view wanted) {
    const json::value* audience = claims.if_contains("aud");
    if (audience == nullptr) return false;
    const auto is_wanted = [wanted](const json::value& one) {
        return one.is_string() && as_view(one.get_string()) == wanted;
    };
    if (const json::array* list = audience->if_array()) {
        return std::ranges::all_of(*list, [](const json::value& one) { return one.is_string(); }) &&
               std::ranges::any_of(*list, is_wanted);
    }
    return is_wanted(*audience);
}

// A NumericDate, which may have a fraction; nullopt also for what no calendar has.
std::optional<double> time_member(const json::value& value) {
    double seconds = -1;
    if (value.is_int64()) seconds = static_cast<double>(value.get_int64());
    if (value.is_uint64()) seconds = static_cast<double>(value.get_uint64());
    if (value.is_double()) seconds = value.get_double();
    if (!(seconds >= 0 && seconds <= latest_time)) return std::nullopt;
    return seconds;
}

WallTime wall_time(double seconds) {
    return WallTime(std::chrono::seconds(static_cast<std::int64_t>(seconds)));
}

// Besides ASCII's, as valid_user_name() has it: U+0080 to U+009F.
bool has_c1_control(std::string_view utf8) {
    for (std::size_t at = utf8.find('\xc2'); at != std::string_view::npos; at = utf8.find('\xc2', at + 1)) {
        if (at + 1 < utf8.size() && static_cast<unsigned char>(utf8[at + 1]) < 0xa0) return true;
    }
    return false;
}

}  // namespace

TokenKeysResult<TokenVerifier> TokenVerifier::load(const TokenSettings& settings) {
    auto keys = TokenKeys::load(settings.keys_file, settings.secret_file);
    if (!keys) return keys.error();
    return TokenVerifier(*std::move(keys), settings);
}

TokenResult<void> TokenVerifier::check_signature(std::string_view header, std::string_view signed_text,
                                                 std::string_view signature) const {
    const auto members = strict_json_object(header);
    if (!members) return TokenErrc::malformed;
    // A reader that does not know an extension must not accept (RFC 7515, section 4.1.11).
    if (members->contains("crit") || members->contains("cty") || members->contains("enc"))
        return TokenErrc::unsupported_header;
    if (const json::value* type = members->if_contains("typ")) {
        if (!type->is_string() || !is_token_type(as_view(type->get_string())))
            return TokenErrc::unsupported_header;
    }
    const json::string* algorithm = string_member(*members, "alg");
    if (algorithm == nullptr) return TokenErrc::malformed;
    std::optional<std::string_view> id;
    if (const json::value* named = members->if_contains("kid")) {
        if (!named->is_string()) return TokenErrc::malformed;
        id = as_view(named->get_string());
    }
    const auto keys = keys_.candidates(as_view(*algorithm), id);
    if (keys.empty()) return TokenErrc::unknown_key;
    if (std::ranges::none_of(keys,
                             [&](const TokenKey* key) { return key->signed_this(signed_text, signature); }))
        return TokenErrc::bad_signature;
    return {};
}

TokenResult<WallTime> TokenVerifier::check_times(const json::object& claims, WallTime now) const {
    const json::value* expiry = claims.if_contains("exp");
    const auto expires = expiry == nullptr ? std::nullopt : time_member(*expiry);
    if (!expires) return TokenErrc::no_expiry;
    const WallTime usable_until = wall_time(std::floor(*expires)) + settings_.leeway;
    if (usable_until <= now) return TokenErrc::expired;
    WallTime issued = now;  // at the latest
    for (const auto* name : {"nbf", "iat"}) {
        const json::value* value = claims.if_contains(name);
        if (value == nullptr) continue;
        const auto time = time_member(*value);
        if (!time) return TokenErrc::no_expiry;
        const WallTime begins = wall_time(std::ceil(*time));
        if (begins > now + settings_.leeway) return TokenErrc::not_yet_valid;
        if (std::string_view(name) == "iat") issued = begins;
    }
    if (wall_time(std::floor(*expires)) > issued + settings_.longest_life) return TokenErrc::lives_too_long;
    return usable_until;
}

TokenResult<TokenClaims> TokenVerifier::check_claims(std::string_view payload, WallTime now,
                                                     std::string_view tool) const {
    const auto claims = strict_json_object(payload);
    if (!claims) return TokenErrc::malformed;
    const json::value* issuer = claims->if_contains("iss");
    if (issuer != nullptr && !issuer->is_string()) return TokenErrc::wrong_issuer;
    const auto issuer_name = issuer == nullptr ? std::string_view{} : as_view(issuer->get_string());
    if (!settings_.issuer.empty() && issuer_name != settings_.issuer) return TokenErrc::wrong_issuer;
    if (!has_audience(*claims, settings_.audience)) return TokenErrc::wrong_audience;
    if (const json::value* party = claims->if_contains("azp")) {
        if (!party->is_string() || as_view(party->get_string()) != tool) return TokenErrc::wrong_tool;
    }
    const auto usable_until = check_times(*claims, now);
    if (!usable_until) return usable_until.error();
    const json::string* subject = string_member(*claims, "sub");
    if (subject == nullptr || !valid_user_name(as_view(*subject)) || has_c1_control(as_view(*subject)))
        return TokenErrc::invalid_subject;
    const json::string* id = string_member(*claims, "jti");
    if (id == nullptr || id->empty() || id->size() > longest_token_id) return TokenErrc::no_identity;
    return TokenClaims{std::string(as_view(*subject)), std::string(as_view(*id)), std::string(issuer_name),
                       *usable_until};
}

TokenResult<TokenClaims> TokenVerifier::verify(std::string_view token, WallTime now,
                                               std::string_view tool) const {
    if (token.size() > longest_token) return TokenErrc::too_long;
    const auto parts = parts_of(token);
    if (!parts) return TokenErrc::malformed;
    const auto header = from_base64url(parts->header);
    const auto payload = from_base64url(parts->payload);
    const auto signature = from_base64url(parts->signature);
    if (!header || !payload || !signature) return TokenErrc::malformed;
    // Nothing of the payload is read before the signature holds.
    if (const auto good = check_signature(*header, parts->signed_text, *signature); !good)
        return good.error();
    return check_claims(*payload, now, tool);
}

TokenResult<TokenClaims> TokenVerifier::accept(std::string_view token, const TokenUse& use,
                                               ReplayCache& shown) const {
    auto claims = verify(token, use.now, use.tool);
    if (!claims) return claims;
    if (const auto noted = shown.note(claims->issuer, claims->id, claims->usable_until, use.session, use.now);
        !noted)
        return noted.error();
    return claims;
}

}  // namespace gateway::auth
