#include "gateway/auth/channel_binding.hpp"

#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <array>
#include <memory>

namespace gateway::auth {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

/// A self-signed certificate as DER, signed with that digest (nullptr: the key's own way).
std::string certificate_der(EVP_PKEY* key, const EVP_MD* digest) {
    const std::unique_ptr<X509, decltype(&X509_free)> certificate(X509_new(), &X509_free);
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key);
    EXPECT_GT(X509_sign(certificate.get(), key, digest), 0);
    unsigned char* bytes = nullptr;
    const int size = i2d_X509(certificate.get(), &bytes);
    std::string der(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
    OPENSSL_free(bytes);
    return der;
}

std::string digest_of(const std::string& data, const EVP_MD* digest) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
    unsigned size = 0;
    EVP_Digest(data.data(), data.size(), hash.data(), &size, digest, nullptr);
    return {reinterpret_cast<char*>(hash.data()), size};
}

struct DigestCase {
    std::string name;
    const EVP_MD* (*signed_with)();
    const EVP_MD* (*bound_with)();
};
class ChannelBinding : public testing::TestWithParam<DigestCase> {};

TEST_P(ChannelBinding, HashesTheCertificateAsTheRfcSays) {
    const Key key(EVP_RSA_gen(2048), &EVP_PKEY_free);
    const auto der = certificate_der(key.get(), GetParam().signed_with());
    EXPECT_EQ(certificate_hash_for_channel_binding(der).value(), digest_of(der, GetParam().bound_with()));
}

INSTANTIATE_TEST_SUITE_P(Auth, ChannelBinding,
                         testing::Values(DigestCase{"md5", EVP_md5, EVP_sha256},
                                         DigestCase{"sha1", EVP_sha1, EVP_sha256},
                                         DigestCase{"sha256", EVP_sha256, EVP_sha256},
                                         DigestCase{"sha384", EVP_sha384, EVP_sha384},
                                         DigestCase{"sha512", EVP_sha512, EVP_sha512}),
                         [](const auto& info) { return info.param.name; });

TEST(ChannelBinding, WorksForEllipticCurves) {
    const Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    const auto der = certificate_der(key.get(), EVP_sha384());
    EXPECT_EQ(certificate_hash_for_channel_binding(der).value(), digest_of(der, EVP_sha384()));
}

TEST(ChannelBinding, IsNotDefinedForEd25519) {
    const Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), &EVP_PKEY_free);
    EXPECT_EQ(certificate_hash_for_channel_binding(certificate_der(key.get(), nullptr)).error(),
              AuthErrc::certificate_digest);
}

TEST(ChannelBinding, RefusesBytesThatAreNoCertificate) {
    EXPECT_EQ(certificate_hash_for_channel_binding("junk").error(), AuthErrc::certificate_digest);
    EXPECT_EQ(certificate_hash_for_channel_binding("").error(), AuthErrc::certificate_digest);
}

}  // namespace
}  // namespace gateway::auth
