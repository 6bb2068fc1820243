#include "gateway/auth/scram_server.hpp"

#include <gtest/gtest.h>

#include "gateway/auth/scram_client.hpp"

namespace gateway::auth {
namespace {

// The exchange of RFC 7677, section 3.
const std::string rfc_client_first = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
const std::string rfc_server_nonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
const std::string rfc_nonce = "rOprNGfwEbeRWgbNEkqO" + rfc_server_nonce;
const std::string rfc_client_final =
    "c=biws,r=" + rfc_nonce + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";

LoginVerifier rfc_login() {
    return {ScramVerifier::of_password("pencil", *from_base64("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096).value(),
            true};
}

TEST(ScramServer, SpeaksTheExampleOfTheRfc) {
    ScramServer server(rfc_login(), std::nullopt, rfc_server_nonce);
    EXPECT_EQ(server.first("SCRAM-SHA-256", rfc_client_first).value(),
              "r=" + rfc_nonce + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
    EXPECT_EQ(server.final(rfc_client_final).value(), "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
}

}  // namespace
}  // namespace gateway::auth
