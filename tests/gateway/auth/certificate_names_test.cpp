#include "gateway/auth/certificate_names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

#include "gateway/auth/users.hpp"

namespace gateway::auth {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct AlternativeName {
    int type;
    std::string value;
};

/// A certificate (DER) that carries these, signed by itself.
std::string certificate(const std::vector<std::string>& common_names,
                        const std::vector<AlternativeName>& others = {}) {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), &EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> made(X509_new(), &X509_free);
    for (const std::string& name : common_names) {
        X509_NAME_add_entry_by_NID(X509_get_subject_name(made.get()), NID_commonName, MBSTRING_UTF8,
                                   reinterpret_cast<const unsigned char*>(name.data()),
                                   static_cast<int>(name.size()), -1, 0);
    }
    const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names(GENERAL_NAMES_new(),
                                                                              &GENERAL_NAMES_free);
    for (const auto& [type, value] : others) {
        ASN1_IA5STRING* text = ASN1_IA5STRING_new();
        ASN1_STRING_set(text, value.data(), static_cast<int>(value.size()));
        GENERAL_NAME* name = GENERAL_NAME_new();
        GENERAL_NAME_set0_value(name, type, text);
        sk_GENERAL_NAME_push(names.get(), name);
    }
    if (!others.empty())
        X509_add1_ext_i2d(made.get(), NID_subject_alt_name, names.get(), 0, X509V3_ADD_APPEND);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), 0);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 60);
    X509_set_pubkey(made.get(), key.get());
    X509_sign(made.get(), key.get(), nullptr);
    unsigned char* der = nullptr;
    const int size = i2d_X509(made.get(), &der);
    std::string bytes(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    return bytes;
}

std::vector<std::string> names_of(const std::string& der) {
    std::vector<std::string> texts;
    for (const CertificateName& name : names_in_certificate(der))
        texts.push_back(name.text());
    return texts;
}

TEST(CertificateNames, AreTheCommonNameAndTheAlternativeOnes) {
    EXPECT_THAT(names_of(certificate({"agent7"}, {{GEN_DNS, "Desk.Internal"},
                                                  {GEN_EMAIL, "Agent7@mail.example"},
                                                  {GEN_URI, "spiffe://tabir/desk"}})),
                ElementsAre("CN:agent7", "DNS:desk.internal", "email:Agent7@mail.example",
                            "URI:spiffe://tabir/desk"));
    EXPECT_THAT(names_of(certificate({}, {{GEN_DNS, "desk.internal"}})), ElementsAre("DNS:desk.internal"));
}

TEST(CertificateNames, OfASuspectCertificateAreNone) {
    EXPECT_THAT(names_of(certificate({std::string("agent7\0.attacker", 16)})), IsEmpty());
    EXPECT_THAT(names_of(certificate({"agent7", "agent8"})), IsEmpty());
    EXPECT_THAT(names_of(certificate({"agent7\n"})), IsEmpty());
    EXPECT_THAT(names_of(certificate({"agent7"}, {{GEN_DNS, std::string("desk\0.attacker", 14)}})),
                IsEmpty());
    EXPECT_THAT(names_of("no certificate"), IsEmpty());
    EXPECT_THAT(names_of(""), IsEmpty());
}

TEST(CertificateNames, WithAWildcardNameNobody) {
    EXPECT_THAT(names_of(certificate({"*"}, {{GEN_DNS, "*.internal"}, {GEN_DNS, "desk.internal"}})),
                ElementsAre("DNS:desk.internal"));
}

TEST(CertificateNames, InTheUsersFileAreOfFourKinds) {
    for (const auto* text : {"CN:agent7", "DNS:desk.internal", "email:a@b", "URI:spiffe://a"})
        EXPECT_EQ(CertificateName::from(text)->text(), text);
    EXPECT_EQ(CertificateName::from("DNS:Desk")->text(), "DNS:desk");
    for (const auto* text : {"", "agent7", "CN:", "cn:agent7", "DNS:*.internal", "IP:127.0.0.1", "CN:a\nb"})
        EXPECT_EQ(CertificateName::from(text), std::nullopt) << text;
}

TEST(CertificateNames, LetInTheUserWhomTheUsersFileNames) {
    const auto users = UsersFile::from_text(
                           "agent7 certificate\n"
                           "desk certificate certificate=DNS:desk.internal \"certificate=CN:The Desk\"\n"
                           "robot token\n",
                           "users")
                           .value()
                           .users();
    const auto lets_in = [&users](std::string_view user, const char* name) {
        return users.is_let_in(user, {CertificateName::from(name).value()});
    };
    EXPECT_TRUE(lets_in("agent7", "CN:agent7"));
    EXPECT_FALSE(lets_in("agent7", "CN:Agent7"));
    EXPECT_FALSE(lets_in("agent7", "DNS:agent7"));
    EXPECT_TRUE(lets_in("desk", "DNS:desk.internal"));
    EXPECT_TRUE(lets_in("desk", "CN:The Desk"));
    EXPECT_FALSE(lets_in("desk", "CN:desk"));
    EXPECT_FALSE(lets_in("desk", "CN:desk.internal"));
    EXPECT_FALSE(lets_in("robot", "CN:robot"));
    EXPECT_FALSE(lets_in("nobody", "CN:nobody"));
    EXPECT_FALSE(users.is_let_in("agent7", {}));
}

}  // namespace
}  // namespace gateway::auth
