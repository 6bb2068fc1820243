#include "gateway/auth/jwk.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include "gateway/auth/base64url.hpp"
#include "gateway/auth/strict_json.hpp"

namespace gateway::auth {

namespace {

namespace json = boost::json;
using KeyPtr = std::shared_ptr<evp_pkey_st>;
using NumberPtr = std::unique_ptr<BIGNUM, decltype(&BN_clear_free)>;

constexpr std::size_t coordinate_size = 32;  // of P-256 and of Ed25519

std::string_view text_member(const json::object& jwk, std::string_view name) {
    const json::string* text = string_member(jwk, name);
    return text == nullptr ? std::string_view{} : std::string_view(text->data(), text->size());
}

std::optional<std::string> bytes_member(const json::object& jwk, std::string_view name) {
    auto bytes = from_base64url(text_member(jwk, name));
    return bytes && !bytes->empty() ? std::move(bytes) : std::nullopt;
}

const unsigned char* raw_bytes(const std::string& bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

KeyPtr key_from(const char* kind, OSSL_PARAM_BLD* build) {
    const std::unique_ptr<OSSL_PARAM, decltype(&OSSL_PARAM_free)> parameters(OSSL_PARAM_BLD_to_param(build),
                                                                             &OSSL_PARAM_free);
    const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
        EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr), &EVP_PKEY_CTX_free);
    EVP_PKEY* key = nullptr;
    if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
        return nullptr;
    }
    return {key, &EVP_PKEY_free};
}

KeyPtr rsa_key(const json::object& jwk) {
    const auto modulus = bytes_member(jwk, "n");
    const auto exponent = bytes_member(jwk, "e");
    if (!modulus || !exponent) return nullptr;
    const auto number = [](const std::string& bytes) {
        return NumberPtr(BN_bin2bn(raw_bytes(bytes), static_cast<int>(bytes.size()), nullptr),
                         &BN_clear_free);
    };
    const NumberPtr n = number(*modulus);
    const NumberPtr e = number(*exponent);
    const std::unique_ptr<OSSL_PARAM_BLD, decltype(&OSSL_PARAM_BLD_free)> build(OSSL_PARAM_BLD_new(),
                                                                                &OSSL_PARAM_BLD_free);
    if (!n || !e || OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
        return nullptr;
    }
    return key_from("RSA", build.get());
}

KeyPtr p256_key(const json::object& jwk) {
    const auto x = bytes_member(jwk, "x");
    const auto y = bytes_member(jwk, "y");
    if (!x || !y || x->size() != coordinate_size || y->size() != coordinate_size) return nullptr;
    const std::string point = '\4' + *x + *y;  // the uncompressed form (SEC 1, section 2.3.3)
    const std::unique_ptr<OSSL_PARAM_BLD, decltype(&OSSL_PARAM_BLD_free)> build(OSSL_PARAM_BLD_new(),
                                                                                &OSSL_PARAM_BLD_free);
    if (OSSL_PARAM_BLD_push_utf8_string(build.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(build.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) !=
            1) {
        return nullptr;
    }
    return key_from("EC", build.get());
}

KeyPtr ed25519_key(const json::object& jwk) {
    const auto x = bytes_member(jwk, "x");
    if (!x || x->size() != coordinate_size) return nullptr;
    return {EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw_bytes(*x), x->size()), &EVP_PKEY_free};
}

struct KnownKind {
    std::string_view kind;
    std::string_view curve;
    TokenAlgorithm algorithm;
};
constexpr std::array known_kinds{
    KnownKind{"oct", "", TokenAlgorithm::hs256}, KnownKind{"RSA", "", TokenAlgorithm::rs256},
    KnownKind{"EC", "P-256", TokenAlgorithm::es256}, KnownKind{"OKP", "Ed25519", TokenAlgorithm::eddsa}};

bool is_for_signatures(const json::object& jwk) {
    if (jwk.contains("use") && text_member(jwk, "use") != "sig") return false;
    const json::value* operations = jwk.if_contains("key_ops");
    if (operations == nullptr) return true;
    const json::array* list = operations->if_array();
    return list != nullptr && std::ranges::any_of(*list, [](const json::value& one) {
               return one.is_string() && one.get_string() == "verify";
           });
}

TokenKeysResult<TokenKey> key_of_kind(TokenAlgorithm algorithm, const json::object& jwk) {
    KeyPtr key;
    switch (algorithm) {
        case TokenAlgorithm::hs256: return TokenKey::of_secret(bytes_member(jwk, "k").value_or(""));
        case TokenAlgorithm::rs256: key = rsa_key(jwk); break;
        case TokenAlgorithm::es256: key = p256_key(jwk); break;
        case TokenAlgorithm::eddsa: key = ed25519_key(jwk); break;
    }
    if (!key) return TokenKeysMistake{"a key whose numbers are missing or no canonical base64url"};
    return TokenKey::of_public_key(std::move(key));
}

}  // namespace

TokenKeysResult<std::optional<TokenKey>> token_key_of_jwk(const json::object& jwk) {
    const auto known = std::ranges::find_if(known_kinds, [&jwk](const KnownKind& one) {
        return one.kind == text_member(jwk, "kty") && one.curve == text_member(jwk, "crv");
    });
    const bool fits = known != known_kinds.end() && is_for_signatures(jwk) &&
                      (!jwk.contains("alg") || text_member(jwk, "alg") == name_of(known->algorithm));
    if (!fits) return std::optional<TokenKey>{};
    if (jwk.contains("d"))
        return TokenKeysMistake{
            "a private key (\"d\"): keep it at the issuer, and only its public part here"};
    auto key = key_of_kind(known->algorithm, jwk);
    if (!key) return key.error();
    return std::optional<TokenKey>(std::move(*key).named(std::string(text_member(jwk, "kid"))));
}

}  // namespace gateway::auth
