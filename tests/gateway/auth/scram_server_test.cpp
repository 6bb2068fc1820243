#include "gateway/auth/scram_server.hpp"

#include <gtest/gtest.h>

#include "gateway/auth/scram_client.hpp"

namespace gateway::auth {
namespace {

using namespace std::string_literals;

// The exchange of RFC 7677, section 3.
const std::string rfc_client_first = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
const std::string rfc_server_nonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
const std::string rfc_nonce = "rOprNGfwEbeRWgbNEkqO" + rfc_server_nonce;
const std::string rfc_proof = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
const std::string rfc_client_final = "c=biws,r=" + rfc_nonce + ",p=" + rfc_proof;
const std::string certificate_hash(32, 'h');

LoginVerifier rfc_login() {
    return {ScramVerifier::of_password("pencil", *from_base64("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096).value(),
            true};
}

/// A server that has sent the RFC's challenge.
ScramServer challenged(LoginVerifier login = rfc_login()) {
    ScramServer server(std::move(login), std::nullopt, rfc_server_nonce);
    EXPECT_TRUE(server.first("SCRAM-SHA-256", rfc_client_first));
    return server;
}

TEST(ScramServer, SpeaksTheExampleOfTheRfc) {
    ScramServer server(rfc_login(), std::nullopt, rfc_server_nonce);
    EXPECT_EQ(server.first("SCRAM-SHA-256", rfc_client_first).value(),
              "r=" + rfc_nonce + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
    EXPECT_EQ(server.final(rfc_client_final).value(), "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
}

TEST(ScramServer, OffersChannelBindingOnlyUnderTls) {
    EXPECT_EQ(ScramServer(rfc_login(), std::nullopt).mechanisms(),
              std::vector<std::string_view>{"SCRAM-SHA-256"});
    EXPECT_EQ(ScramServer(rfc_login(), certificate_hash).mechanisms(),
              (std::vector<std::string_view>{"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"}));
}

TEST(ScramServer, UsesANewNonceEachTime) {
    EXPECT_NE(ScramServer::fresh_nonce(), ScramServer::fresh_nonce());
}

struct FirstCase {
    std::string name;
    std::string mechanism;
    bool tls;
    std::string message;
    AuthErrc expected;
};
class ScramClientFirst : public testing::TestWithParam<FirstCase> {};

TEST_P(ScramClientFirst, IsRefused) {
    ScramServer server(rfc_login(), GetParam().tls ? std::optional(certificate_hash) : std::nullopt);
    EXPECT_EQ(server.first(GetParam().mechanism, GetParam().message).error(), GetParam().expected);
    EXPECT_EQ(server.final(rfc_client_final).error(), AuthErrc::malformed_message) << "the exchange is over";
}

const std::string plain = "SCRAM-SHA-256";
const std::string plus = "SCRAM-SHA-256-PLUS";
INSTANTIATE_TEST_SUITE_P(
    Auth, ScramClientFirst,
    testing::Values(
        FirstCase{"unknown_mechanism", "SCRAM-SHA-1", true, "n,,n=,r=x", AuthErrc::unsupported_mechanism},
        FirstCase{"no_mechanism", "", true, "n,,n=,r=x", AuthErrc::unsupported_mechanism},
        FirstCase{"plus_without_tls", plus, false, "p=tls-server-end-point,,n=,r=x",
                  AuthErrc::unsupported_mechanism},
        FirstCase{"plus_that_cannot_bind", plus, true, "n,,n=,r=x", AuthErrc::binding_expected},
        FirstCase{"plus_that_does_not_bind", plus, true, "y,,n=,r=x", AuthErrc::binding_expected},
        FirstCase{"binding_without_plus", plain, true, "p=tls-server-end-point,,n=,r=x",
                  AuthErrc::binding_unexpected},
        FirstCase{"stripped_offer", plain, true, "y,,n=,r=x", AuthErrc::downgrade},
        FirstCase{"another_binding", plus, true, "p=tls-unique,,n=,r=x", AuthErrc::binding_type},
        FirstCase{"binding_of_a_longer_name", plus, true, "p=tls-server-end-pointx,,n=,r=x",
                  AuthErrc::binding_type},
        FirstCase{"authorization_identity", plain, false, "n,a=dba,n=,r=x", AuthErrc::authorization_identity},
        FirstCase{"mandatory_extension", plain, false, "n,,m=1,n=,r=x", AuthErrc::unsupported_extension},
        FirstCase{"empty", plain, false, "", AuthErrc::malformed_message},
        FirstCase{"no_header", plain, false, "n=,r=x", AuthErrc::malformed_message},
        FirstCase{"unknown_flag", plain, false, "z,,n=,r=x", AuthErrc::malformed_message},
        FirstCase{"one_comma", plain, false, "n,n=,r=x", AuthErrc::malformed_message},
        FirstCase{"no_name", plain, false, "n,,r=x", AuthErrc::malformed_message},
        FirstCase{"out_of_order", plain, false, "n,,r=x,n=", AuthErrc::malformed_message},
        FirstCase{"no_nonce", plain, false, "n,,n=", AuthErrc::malformed_message},
        FirstCase{"empty_nonce", plain, false, "n,,n=,r=", AuthErrc::malformed_message},
        FirstCase{"nonce_twice", plain, false, "n,,n=,r=x,r=y", AuthErrc::malformed_message},
        FirstCase{"trailing_comma", plain, false, "n,,n=,r=x,", AuthErrc::malformed_message},
        FirstCase{"blank_in_nonce", plain, false, "n,,n=,r=x y", AuthErrc::malformed_message},
        FirstCase{"control_character_in_nonce", plain, false, "n,,n=,r=x\x7f", AuthErrc::malformed_message},
        FirstCase{"long_nonce", plain, false, "n,,n=,r=" + std::string(1'025, 'x'),
                  AuthErrc::malformed_message},
        FirstCase{"nonce_of_64_kb", plain, false, "n,,n=,r=" + std::string(65'536, 'x'),
                  AuthErrc::malformed_message},
        FirstCase{"nul", plain, false, "n,,n=,r=x\0"s, AuthErrc::malformed_message},
        FirstCase{"extension_without_value", plain, false, "n,,n=,r=x,t", AuthErrc::malformed_message}),
    [](const auto& info) { return info.param.name; });

TEST(ScramServer, IgnoresExtensionsThatMayBeIgnored) {
    ScramServer server(rfc_login(), std::nullopt);
    EXPECT_TRUE(server.first(plain, "n,,n=,r=x,t=1,z=2"));
}

struct FinalCase {
    std::string name;
    std::string message;
    AuthErrc expected;
};
class ScramClientFinal : public testing::TestWithParam<FinalCase> {};

TEST_P(ScramClientFinal, IsRefused) {
    auto server = challenged();
    EXPECT_EQ(server.final(GetParam().message).error(), GetParam().expected);
    EXPECT_EQ(server.final(rfc_client_final).error(), AuthErrc::malformed_message) << "there is one try";
}

INSTANTIATE_TEST_SUITE_P(
    Auth, ScramClientFinal,
    testing::Values(
        FinalCase{"proof_one_bit_off",
                  "c=biws,r=" + rfc_nonce + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVU=",
                  AuthErrc::wrong_password},
        FinalCase{"proof_with_loose_bits",
                  "c=biws,r=" + rfc_nonce + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVR=",
                  AuthErrc::malformed_message},
        FinalCase{"another_proof",
                  "c=biws,r=" + rfc_nonce + ",p=eHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
                  AuthErrc::wrong_password},
        FinalCase{"short_proof", "c=biws,r=" + rfc_nonce + ",p=dHzb", AuthErrc::malformed_message},
        FinalCase{"no_proof", "c=biws,r=" + rfc_nonce, AuthErrc::malformed_message},
        FinalCase{"nonce_of_another_session", "c=biws,r=rOprNGfwEbeRWgbNEkqOother,p=" + rfc_proof,
                  AuthErrc::nonce_mismatch},
        FinalCase{"empty_nonce", "c=biws,r=,p=" + rfc_proof, AuthErrc::nonce_mismatch},
        FinalCase{"another_header", "c=eSws,r=" + rfc_nonce + ",p=" + rfc_proof, AuthErrc::binding_mismatch},
        FinalCase{"binding_data_added", "c=biwsaGhoaA==,r=" + rfc_nonce + ",p=" + rfc_proof,
                  AuthErrc::binding_mismatch},
        FinalCase{"out_of_order", "r=" + rfc_nonce + ",c=biws,p=" + rfc_proof, AuthErrc::malformed_message},
        FinalCase{"binding_twice", "c=biws,c=biws,r=" + rfc_nonce + ",p=" + rfc_proof,
                  AuthErrc::malformed_message},
        FinalCase{"bytes_after_the_proof", "c=biws,r=" + rfc_nonce + ",p=" + rfc_proof + ",x=1",
                  AuthErrc::malformed_message},
        FinalCase{"comma_after_the_proof", "c=biws,r=" + rfc_nonce + ",p=" + rfc_proof + ",",
                  AuthErrc::malformed_message},
        FinalCase{"mandatory_extension", "c=biws,m=1,r=" + rfc_nonce + ",p=" + rfc_proof,
                  AuthErrc::unsupported_extension},
        FinalCase{"empty", "", AuthErrc::malformed_message},
        FinalCase{"64_kb", std::string(65'535, 'c'), AuthErrc::malformed_message}),
    [](const auto& info) { return info.param.name; });

TEST(ScramServer, RefusesAnUnknownUserThatHasTheRightProof) {
    auto login = rfc_login();
    login.known = false;
    EXPECT_EQ(challenged(login).final(rfc_client_final).error(), AuthErrc::wrong_password);
}

TEST(ScramServer, ShowsUnknownUsersASaltOfTheirOwnThatStays) {
    const auto secret = MockSecret::derived_from("stable");
    EXPECT_EQ(mock_verifier("a", secret).verifier.salt,
              mock_verifier("a", MockSecret::derived_from("stable")).verifier.salt);
    EXPECT_NE(mock_verifier("a", secret).verifier.salt, mock_verifier("b", secret).verifier.salt);
    EXPECT_NE(mock_verifier("a", secret).verifier.salt,
              mock_verifier("a", MockSecret::random()).verifier.salt);
    EXPECT_EQ(mock_verifier("a", secret).verifier.salt.size(), 16u);
}

}  // namespace
}  // namespace gateway::auth
