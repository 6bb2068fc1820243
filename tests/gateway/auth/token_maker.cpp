#include "tests/gateway/auth/token_maker.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>
#include <stdexcept>

#include "gateway/auth/digests.hpp"

namespace tests {
namespace {

const unsigned char* octets(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

evp_pkey_st* fresh_key(TokenMaker::Kind kind) {
    switch (kind) {
        case TokenMaker::Kind::rsa: return EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048});
        case TokenMaker::Kind::p256: return EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
        case TokenMaker::Kind::ed25519: return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
        case TokenMaker::Kind::secret: break;
    }
    return nullptr;
}

// r and s side by side, 32 bytes each.
std::string raw_of_der(const std::string& der) {
    const unsigned char* at = octets(der);
    const std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)> signature(
        d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())), &ECDSA_SIG_free);
    std::string raw(64, '\0');
    auto* out = reinterpret_cast<unsigned char*>(raw.data());
    BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out, 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out + 32, 32);
    return raw;
}

std::string text_of(BIO* memory) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory, &data);
    std::string text(data, static_cast<std::size_t>(size));
    BIO_free(memory);
    return text;
}

std::string number_of(const evp_pkey_st* key, const char* name) {
    BIGNUM* number = nullptr;
    EVP_PKEY_get_bn_param(key, name, &number);
    std::string bytes(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
    BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
    BN_free(number);
    return base64url(bytes);
}

std::string coordinate_of(const evp_pkey_st* key, const char* name) {
    BIGNUM* number = nullptr;
    EVP_PKEY_get_bn_param(key, name, &number);
    std::string bytes(32, '\0');
    BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()), 32);
    BN_free(number);
    return base64url(bytes);
}

}  // namespace

std::string base64url(std::string_view bytes) {
    std::string text = gateway::auth::base64(bytes);
    while (text.ends_with('='))
        text.pop_back();
    for (char& letter : text) {
        if (letter == '+') letter = '-';
        if (letter == '/') letter = '_';
    }
    return text;
}

TokenMaker::TokenMaker(Kind kind, std::string secret)
    : kind_(kind), secret_(std::move(secret)), key_(fresh_key(kind), &EVP_PKEY_free) {}

std::string TokenMaker::algorithm() const {
    switch (kind_) {
        case Kind::rsa: return "RS256";
        case Kind::p256: return "ES256";
        case Kind::ed25519: return "EdDSA";
        case Kind::secret: break;
    }
    return "HS256";
}

std::string TokenMaker::signature(std::string_view text) const {
    if (kind_ == Kind::secret)
        return std::string(gateway::auth::view(gateway::auth::hmac_sha256(secret_, text)));
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    std::array<unsigned char, 1024> out{};
    std::size_t size = out.size();
    const EVP_MD* digest = kind_ == Kind::ed25519 ? nullptr : EVP_sha256();
    if (EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key_.get()) != 1 ||
        EVP_DigestSign(context.get(), out.data(), &size, octets(text), text.size()) != 1) {
        throw std::runtime_error("cannot sign");
    }
    std::string made(reinterpret_cast<const char*>(out.data()), size);
    return kind_ == Kind::p256 ? raw_of_der(made) : made;
}

std::string TokenMaker::token(std::string_view header, std::string_view payload) const {
    const std::string text = base64url(header) + '.' + base64url(payload);
    return text + '.' + base64url(signature(text));
}

std::string TokenMaker::token(std::string_view payload) const {
    return token(R"({"alg":")" + algorithm() + R"(","typ":"JWT"})", payload);
}

std::string TokenMaker::pem() const {
    BIO* memory = BIO_new(BIO_s_mem());
    PEM_write_bio_PUBKEY(memory, key_.get());
    return text_of(memory);
}

std::string TokenMaker::private_pem() const {
    BIO* memory = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(memory, key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return text_of(memory);
}

std::string TokenMaker::jwk(std::string_view kid) const {
    std::string text = R"({"kid":")" + std::string(kid) + R"(",)";
    switch (kind_) {
        case Kind::rsa:
            return text + R"("kty":"RSA","alg":"RS256","use":"sig","n":")" +
                   number_of(key_.get(), OSSL_PKEY_PARAM_RSA_N) + R"(","e":")" +
                   number_of(key_.get(), OSSL_PKEY_PARAM_RSA_E) + "\"}";
        case Kind::p256:
            return text + R"("kty":"EC","crv":"P-256","x":")" +
                   coordinate_of(key_.get(), OSSL_PKEY_PARAM_EC_PUB_X) + R"(","y":")" +
                   coordinate_of(key_.get(), OSSL_PKEY_PARAM_EC_PUB_Y) + "\"}";
        case Kind::ed25519: {
            std::array<unsigned char, 32> raw{};
            std::size_t size = raw.size();
            EVP_PKEY_get_raw_public_key(key_.get(), raw.data(), &size);
            return text + R"("kty":"OKP","crv":"Ed25519","x":")" +
                   base64url({reinterpret_cast<const char*>(raw.data()), size}) + "\"}";
        }
        case Kind::secret: break;
    }
    return text + R"("kty":"oct","k":")" + base64url(secret_) + "\"}";
}

std::string jwk_set(std::initializer_list<std::string> keys) {
    std::string text = R"({"keys":[)";
    for (const std::string& key : keys)
        text += (text.ends_with('[') ? "" : ",") + key;
    return text + "]}";
}

}  // namespace tests
