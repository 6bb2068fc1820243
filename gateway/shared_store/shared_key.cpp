#include "gateway/shared_store/shared_key.hpp"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <array>
#include <memory>
#include <stdexcept>
#include <string>

namespace gateway::shared_store {

accounting::KeyHash::Key shared_key(std::string_view secret) {
    const std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)> method(EVP_KDF_fetch(nullptr, "HKDF", nullptr),
                                                                   &EVP_KDF_free);
    const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context(EVP_KDF_CTX_new(method.get()),
                                                                            &EVP_KDF_CTX_free);
    std::string digest = "SHA256";
    std::string purpose = "tabir shared budgets";
    std::string key_material(secret);
    const std::array parameters{
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, key_material.data(), key_material.size()),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, purpose.data(), purpose.size()),
        OSSL_PARAM_construct_end()};
    std::array<unsigned char, 16> bytes{};
    if (!context || EVP_KDF_derive(context.get(), bytes.data(), bytes.size(), parameters.data()) != 1)
        throw std::runtime_error("OpenSSL has no HKDF");
    accounting::KeyHash::Key key{};
    for (std::size_t i = 0; i < bytes.size(); ++i)  // the same on every kind of machine
        key[i / 8] |= std::uint64_t{bytes[i]} << (8 * (i % 8));
    return key;
}

}  // namespace gateway::shared_store
