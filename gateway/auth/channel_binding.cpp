#include "gateway/auth/channel_binding.hpp"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <array>
#include <memory>

namespace gateway::auth {

Result<std::string> certificate_hash_for_channel_binding(const x509_st* certificate) {
    int digest_id = NID_undef;
    // Unlike the signature's object id alone this also knows the hash of RSA-PSS.
    if (certificate == nullptr ||
        X509_get_signature_info(const_cast<X509*>(certificate), &digest_id, nullptr, nullptr, nullptr) != 1) {
        return AuthErrc::certificate_digest;
    }
    const bool weak = digest_id == NID_md5 || digest_id == NID_sha1;
    const EVP_MD* digest = weak ? EVP_sha256() : EVP_get_digestbynid(digest_id);
    if (digest == nullptr) return AuthErrc::certificate_digest;
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
    unsigned size = 0;
    if (X509_digest(certificate, digest, hash.data(), &size) != 1) return AuthErrc::certificate_digest;
    return std::string(reinterpret_cast<const char*>(hash.data()), size);
}

Result<std::string> certificate_hash_for_channel_binding(std::string_view der) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(
        d2i_X509(nullptr, &bytes, static_cast<long>(der.size())), &X509_free);
    return certificate_hash_for_channel_binding(certificate.get());
}

}  // namespace gateway::auth
