#include "gateway/auth/scram_verifier.hpp"

#include <algorithm>
#include <charconv>

#include "gateway/auth/scram_keys.hpp"

namespace gateway::auth {

namespace {

constexpr std::string_view scheme = "SCRAM-SHA-256$";
constexpr std::size_t salt_size = 16;  // SCRAM_DEFAULT_SALT_LEN of PostgreSQL
constexpr std::size_t longest_salt = 1024;

/// Cuts `text` at the first `separator`; false if there is none.
bool cut(std::string_view& text, char separator, std::string_view& head) {
    const auto at = text.find(separator);
    if (at == std::string_view::npos) return false;
    head = text.substr(0, at);
    text.remove_prefix(at + 1);
    return true;
}

bool read_key(std::string_view text, Digest& key) {
    const auto bytes = from_base64(text);
    if (!bytes || bytes->size() != key.size()) return false;
    std::ranges::copy(*bytes, key.begin());
    return true;
}

}  // namespace

Result<ScramVerifier> ScramVerifier::from(std::string_view text) {
    if (!text.starts_with(scheme)) return AuthErrc::invalid_verifier;
    text.remove_prefix(scheme.size());
    std::string_view iterations;
    std::string_view salt;
    std::string_view stored_key;
    if (!cut(text, ':', iterations) || !cut(text, '$', salt) || !cut(text, ':', stored_key)) {
        return AuthErrc::invalid_verifier;
    }
    ScramVerifier verifier;
    const auto [end, error] =
        std::from_chars(iterations.data(), iterations.data() + iterations.size(), verifier.iterations);
    if (error != std::errc{} || end != iterations.data() + iterations.size())
        return AuthErrc::invalid_verifier;
    if (verifier.iterations == 0 || verifier.iterations > most_iterations)
        return AuthErrc::iterations_out_of_range;
    auto salt_bytes = from_base64(salt);
    if (!salt_bytes || salt_bytes->empty() || salt_bytes->size() > longest_salt)
        return AuthErrc::invalid_verifier;
    verifier.salt = *std::move(salt_bytes);
    if (!read_key(stored_key, verifier.stored_key) || !read_key(text, verifier.server_key)) {
        return AuthErrc::invalid_verifier;
    }
    return verifier;
}

Result<ScramVerifier> ScramVerifier::of_password(std::string_view password, std::uint32_t iterations) {
    return of_password(password, random_bytes(salt_size), iterations);
}

Result<ScramVerifier> ScramVerifier::of_password(std::string_view password, std::string_view salt,
                                                 std::uint32_t iterations) {
    if (password.empty()) return AuthErrc::empty_password;
    if (iterations == 0 || iterations > most_iterations) return AuthErrc::iterations_out_of_range;
    const auto keys = ScramKeys::of(password, salt, iterations);
    return ScramVerifier{iterations, std::string(salt), keys.stored_key(), keys.server_key};
}

std::string ScramVerifier::text() const {
    return std::string(scheme) + std::to_string(iterations) + ':' + base64(salt) + '$' +
           base64(view(stored_key)) + ':' + base64(view(server_key));
}

bool ScramVerifier::matches(std::string_view password) const {
    const auto keys = ScramKeys::of(password, salt, iterations);
    return equal_in_constant_time(view(keys.server_key), view(server_key));
}

MockSecret MockSecret::derived_from(std::string_view stable_secret) {
    return MockSecret(hmac_sha256(stable_secret, "tabir mock authentication"));
}

MockSecret MockSecret::random() { return derived_from(random_bytes(sizeof(Digest))); }

std::string MockSecret::salt_for(std::string_view user) const {
    return std::string(view(hmac_sha256(view(key_), user)).substr(0, salt_size));
}

LoginVerifier mock_verifier(std::string_view user, const MockSecret& secret) {
    return {.verifier = {.salt = secret.salt_for(user)}, .known = false};
}

}  // namespace gateway::auth
