#include "gateway/auth/digests.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <stdexcept>

namespace gateway::auth {

namespace {

const unsigned char* bytes_of(std::string_view data) {
    return reinterpret_cast<const unsigned char*>(data.data());
}

}  // namespace

Digest sha256(std::string_view data) {
    Digest digest{};
    if (EVP_Digest(data.data(), data.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1) {
        throw std::runtime_error("SHA-256 is not available");
    }
    return digest;
}

Digest hmac_sha256(std::string_view key, std::string_view data) {
    Digest digest{};
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(data), data.size(),
             digest.data(), nullptr) == nullptr) {
        throw std::runtime_error("HMAC-SHA-256 is not available");
    }
    return digest;
}

Digest pbkdf2_sha256(std::string_view password, std::string_view salt, std::uint32_t iterations) {
    Digest digest{};
    if (PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), bytes_of(salt),
                          static_cast<int>(salt.size()), static_cast<int>(iterations), EVP_sha256(),
                          static_cast<int>(digest.size()), digest.data()) != 1) {
        throw std::runtime_error("PBKDF2 is not available");
    }
    return digest;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string random_bytes(std::size_t size) {
    std::string bytes(size, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(size)) != 1) {
        throw std::runtime_error("no random numbers");
    }
    return bytes;
}

std::string base64(std::string_view data) {
    std::string text((data.size() + 2) / 3 * 4, '\0');
    // EVP_EncodeBlock adds a NUL, for which std::string has room.
    EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes_of(data),
                    static_cast<int>(data.size()));
    return text;
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::string data(text.size() / 4 * 3, '\0');
    const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(data.data()), bytes_of(text),
                                     static_cast<int>(text.size()));
    if (size < 0) return std::nullopt;
    data.resize(static_cast<std::size_t>(size));
    // EVP_DecodeBlock counts padding as zero bytes.
    if (text.ends_with("=="))
        data.resize(data.size() - 2);
    else if (text.ends_with('='))
        data.resize(data.size() - 1);
    if (base64(data) != text) return std::nullopt;
    return data;
}

}  // namespace gateway::auth
