#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <array>

#include "gateway/auth/digests.hpp"
#include "gateway/auth/token_keys.hpp"

namespace gateway::auth {

namespace {

constexpr std::size_t shortest_secret = 32;  // as long as the digest (RFC 7518, section 3.2)
constexpr int fewest_rsa_bits = 2048;        // RFC 7518, section 3.3
constexpr int most_rsa_bits = 8192;          // more would keep a core busy
constexpr std::size_t p256_size = 32;        // bytes of r, of s, and of a coordinate

// Failures of OpenSSL leave no trace in the thread's queue, which TLS streams read.
class ErrorsOfOpenSsl {
public:
    ErrorsOfOpenSsl() { ERR_set_mark(); }
    ~ErrorsOfOpenSsl() { ERR_pop_to_mark(); }
    ErrorsOfOpenSsl(const ErrorsOfOpenSsl&) = delete;
    ErrorsOfOpenSsl& operator=(const ErrorsOfOpenSsl&) = delete;
};

// JWS has r and s side by side (RFC 7518, section 3.4), OpenSSL wants the DER form.
std::string der_of_signature(std::string_view raw) {
    if (raw.size() != 2 * p256_size) return {};
    const auto number = [&raw](std::size_t from) {
        return BN_bin2bn(reinterpret_cast<const unsigned char*>(raw.data() + from), p256_size, nullptr);
    };
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> signature(ECDSA_SIG_new(), &ECDSA_SIG_free);
    if (!signature || ECDSA_SIG_set0(signature.get(), number(0), number(p256_size)) != 1) return {};
    std::string der(static_cast<std::size_t>(std::max(0, i2d_ECDSA_SIG(signature.get(), nullptr))), '\0');
    auto* out = reinterpret_cast<unsigned char*>(der.data());
    i2d_ECDSA_SIG(signature.get(), &out);
    return der;
}

bool verifies(evp_pkey_st* key, const EVP_MD* digest, std::string_view text, std::string_view signature) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    return context && EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) == 1 &&
           EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                            signature.size(), reinterpret_cast<const unsigned char*>(text.data()),
                            text.size()) == 1;
}

std::optional<TokenAlgorithm> algorithm_of(const evp_pkey_st* key) {
    if (EVP_PKEY_is_a(key, "RSA") == 1) return TokenAlgorithm::rs256;
    if (EVP_PKEY_is_a(key, "ED25519") == 1) return TokenAlgorithm::eddsa;
    std::array<char, 32> group{};
    if (EVP_PKEY_is_a(key, "EC") == 1 &&
        EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr) == 1 &&
        std::string_view(group.data()) == "prime256v1") {
        return TokenAlgorithm::es256;
    }
    return std::nullopt;
}

bool is_sound(evp_pkey_st* key) {
    const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
        EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr), &EVP_PKEY_CTX_free);
    return context && EVP_PKEY_public_check(context.get()) == 1;
}

}  // namespace

std::string_view name_of(TokenAlgorithm algorithm) {
    switch (algorithm) {
        case TokenAlgorithm::hs256: return "HS256";
        case TokenAlgorithm::rs256: return "RS256";
        case TokenAlgorithm::es256: return "ES256";
        case TokenAlgorithm::eddsa: return "EdDSA";
    }
    return {};
}

TokenKeysResult<TokenKey> TokenKey::of_secret(std::string secret) {
    if (secret.size() < shortest_secret) return TokenKeysMistake{"a secret for HS256 has at least 32 bytes"};
    TokenKey key;
    key.secret_ = std::move(secret);
    return key;
}

TokenKeysResult<TokenKey> TokenKey::of_public_key(std::shared_ptr<evp_pkey_st> public_key) {
    const ErrorsOfOpenSsl none;
    const auto algorithm = algorithm_of(public_key.get());
    if (!algorithm) return TokenKeysMistake{"a key that is neither RSA, Ed25519 nor P-256"};
    const int bits = EVP_PKEY_get_bits(public_key.get());
    if (*algorithm == TokenAlgorithm::rs256 && (bits < fewest_rsa_bits || bits > most_rsa_bits))
        return TokenKeysMistake{"an RSA key of other than 2048 to 8192 bits"};
    if (!is_sound(public_key.get())) return TokenKeysMistake{"a public key whose numbers cannot be right"};
    TokenKey key;
    key.algorithm_ = *algorithm;
    key.key_ = std::move(public_key);
    return key;
}

TokenKey TokenKey::named(std::string id) && {
    id_ = std::move(id);
    return std::move(*this);
}

bool TokenKey::signed_this(std::string_view text, std::string_view signature) const {
    const ErrorsOfOpenSsl none;
    switch (algorithm_) {
        case TokenAlgorithm::hs256:
            return equal_in_constant_time(view(hmac_sha256(secret_, text)), signature);
        case TokenAlgorithm::rs256: return verifies(key_.get(), EVP_sha256(), text, signature);
        case TokenAlgorithm::es256: {
            const std::string der = der_of_signature(signature);
            return !der.empty() && verifies(key_.get(), EVP_sha256(), text, der);
        }
        case TokenAlgorithm::eddsa: return verifies(key_.get(), nullptr, text, signature);
    }
    return false;
}

}  // namespace gateway::auth
