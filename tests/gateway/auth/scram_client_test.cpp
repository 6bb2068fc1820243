#include "gateway/auth/scram_client.hpp"

#include <gtest/gtest.h>

#include <array>

#include "gateway/auth/scram_server.hpp"

namespace gateway::auth {
namespace {

using Offer = std::vector<std::string_view>;
const Offer both{scram_sha_256_plus, scram_sha_256};
const Offer only_plain{scram_sha_256};
const std::string certificate_hash(32, 'h');

/// Client and server from the offer to the server's signature; the first error ends it.
Result<void> log_in(ScramClient& client, ScramServer& server) {
    const auto mechanism = client.choose(server.mechanisms());
    if (!mechanism) return mechanism.error();
    const auto server_first = server.first(*mechanism, client.first());
    if (!server_first) return server_first.error();
    const auto client_final = client.answer(*server_first);
    if (!client_final) return client_final.error();
    const auto server_final = server.final(*client_final);
    if (!server_final) return server_final.error();
    return client.verify(*server_final);
}

LoginVerifier login_with(const std::string& password) {
    return {ScramVerifier::of_password(password).value(), true};
}

TEST(ScramExchange, EndsWellWithTheRightPassword) {
    ScramKeyCache cache;
    for (const auto* password : {"secret", "pässwörd", "I\u00ADX", "\xff\xfe not UTF-8", " blank "}) {
        ScramClient client({"u", password}, cache);
        ScramServer server(login_with(password), std::nullopt);
        EXPECT_TRUE(log_in(client, server)) << password;
        EXPECT_TRUE(client.verified());
    }
}

TEST(ScramExchange, EndsWellWithChannelBinding) {
    ScramKeyCache cache;
    ScramClient client({"u", "secret", certificate_hash}, cache);
    ScramServer server(login_with("secret"), certificate_hash);
    EXPECT_TRUE(log_in(client, server));
}

TEST(ScramExchange, RefusesAnotherPassword) {
    ScramKeyCache cache;
    ScramClient client({"u", "guess"}, cache);
    ScramServer server(login_with("secret"), std::nullopt);
    EXPECT_EQ(log_in(client, server).error(), AuthErrc::wrong_password);
    EXPECT_FALSE(client.verified());
}

TEST(ScramExchange, RefusesTheTlsConnectionOfSomebodyBetween) {
    ScramKeyCache cache;
    ScramClient client({"u", "secret", std::string(32, 'm')}, cache);
    ScramServer server(login_with("secret"), certificate_hash);
    EXPECT_EQ(log_in(client, server).error(), AuthErrc::binding_mismatch);
}

TEST(ScramExchange, FindsThatTheOfferOfPlusWasTakenAway) {
    ScramKeyCache cache;
    ScramClient client({"u", "secret", certificate_hash}, cache);
    ScramServer server(login_with("secret"), certificate_hash);
    const auto mechanism = client.choose(only_plain);
    ASSERT_TRUE(mechanism);
    EXPECT_EQ(server.first(*mechanism, client.first()).error(), AuthErrc::downgrade);
}

TEST(ScramClient, PrefersPlusUnderTls) {
    ScramKeyCache cache;
    ScramClient under_tls({"u", "secret", certificate_hash}, cache);
    EXPECT_EQ(under_tls.choose(both).value(), scram_sha_256_plus);
    ScramClient in_clear({"u", "secret"}, cache);
    EXPECT_EQ(in_clear.choose(both).value(), scram_sha_256);
    ScramClient without_scram({"u", "secret"}, cache);
    EXPECT_EQ(without_scram.choose(Offer{"SCRAM-SHA-1", "OAUTHBEARER"}).error(),
              AuthErrc::unsupported_mechanism);
}

struct ServerFirstCase {
    std::string name;
    std::string message;
    AuthErrc expected;
};
class ScramServerFirst : public testing::TestWithParam<ServerFirstCase> {};

TEST_P(ScramServerFirst, IsRefused) {
    ScramKeyCache cache;
    ScramClient client({"u", "secret"}, cache, {}, "mine");
    ASSERT_TRUE(client.choose(only_plain));
    ASSERT_EQ(client.first(), "n,,n=,r=mine");
    EXPECT_EQ(client.answer(GetParam().message).error(), GetParam().expected);
    EXPECT_FALSE(client.verify("v=AAAA"));
}

INSTANTIATE_TEST_SUITE_P(
    Auth, ScramServerFirst,
    testing::Values(
        ServerFirstCase{"another_nonce", "r=yours,s=c2FsdA==,i=4096", AuthErrc::nonce_mismatch},
        ServerFirstCase{"only_my_nonce", "r=mine,s=c2FsdA==,i=4096", AuthErrc::nonce_mismatch},
        ServerFirstCase{"nonce_of_64_kb", "r=mine" + std::string(65'536, 'x') + ",s=c2FsdA==,i=4096",
                        AuthErrc::malformed_message},
        ServerFirstCase{"iterations_2_to_31", "r=minex,s=c2FsdA==,i=2147483648",
                        AuthErrc::iterations_out_of_range},
        ServerFirstCase{"iterations_beyond_32_bits", "r=minex,s=c2FsdA==,i=99999999999",
                        AuthErrc::iterations_out_of_range},
        ServerFirstCase{"too_many_iterations", "r=minex,s=c2FsdA==,i=1000001",
                        AuthErrc::iterations_out_of_range},
        ServerFirstCase{"too_few_iterations", "r=minex,s=c2FsdA==,i=4095", AuthErrc::iterations_out_of_range},
        ServerFirstCase{"no_iterations", "r=minex,s=c2FsdA==", AuthErrc::malformed_message},
        ServerFirstCase{"negative_iterations", "r=minex,s=c2FsdA==,i=-1", AuthErrc::malformed_message},
        ServerFirstCase{"iterations_with_letters", "r=minex,s=c2FsdA==,i=4096x", AuthErrc::malformed_message},
        ServerFirstCase{"empty_salt", "r=minex,s=,i=4096", AuthErrc::malformed_message},
        ServerFirstCase{"salt_not_base64", "r=minex,s=c2FsdA=,i=4096", AuthErrc::malformed_message},
        ServerFirstCase{"salt_with_loose_bits", "r=minex,s=c2FsdB==,i=4096", AuthErrc::malformed_message},
        ServerFirstCase{"out_of_order", "s=c2FsdA==,r=minex,i=4096", AuthErrc::malformed_message},
        ServerFirstCase{"mandatory_extension", "m=1,r=minex,s=c2FsdA==,i=4096",
                        AuthErrc::unsupported_extension},
        ServerFirstCase{"empty", "", AuthErrc::malformed_message}),
    [](const auto& info) { return info.param.name; });

class ScramServerFinal : public testing::TestWithParam<std::pair<std::string, AuthErrc>> {};

TEST_P(ScramServerFinal, IsRefused) {
    ScramKeyCache cache;
    ScramClient client({"u", "secret"}, cache);
    ScramServer server(login_with("secret"), std::nullopt);
    const auto mechanism = client.choose(only_plain).value();
    const auto server_first = server.first(mechanism, client.first()).value();
    ASSERT_TRUE(client.answer(server_first));
    EXPECT_EQ(client.verify(GetParam().first).error(), GetParam().second);
    EXPECT_FALSE(client.verified());
}

INSTANTIATE_TEST_SUITE_P(Auth, ScramServerFinal,
                         testing::Values(std::pair{"v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                                                   AuthErrc::server_signature},
                                         std::pair{"v=AAAA", AuthErrc::malformed_message},
                                         std::pair{"", AuthErrc::malformed_message},
                                         std::pair{"e=invalid-proof", AuthErrc::wrong_password}));

TEST(ScramClient, BelievesNoServerThatSkipsTheExchange) {
    ScramKeyCache cache;
    ScramClient client({"u", "secret"}, cache);
    EXPECT_FALSE(client.verified());
    EXPECT_FALSE(client.verify("v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="));
}

TEST(ScramKeyCache, TellsUsersPasswordsSaltsAndCountsApart) {
    ScramKeyCache cache(2);
    const auto keys = cache.keys_of("u", "secret", "salt", 4096);
    EXPECT_EQ(keys.client_key, cache.keys_of("u", "secret", "salt", 4096).client_key);
    EXPECT_NE(keys.client_key, cache.keys_of("u", "other", "salt", 4096).client_key);
    EXPECT_NE(keys.client_key, cache.keys_of("u", "secret", "pepper", 4096).client_key);
    EXPECT_NE(keys.client_key, cache.keys_of("u", "secret", "salt", 4097).client_key);
    EXPECT_EQ(keys.client_key, cache.keys_of("u", "secret", "salt", 4096).client_key)
        << "after it was dropped";
}

}  // namespace
}  // namespace gateway::auth
