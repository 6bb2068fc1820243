#include "gateway/auth/token_keys.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "tests/gateway/auth/token_maker.hpp"

namespace gateway::auth {
namespace {

using testing::HasSubstr;
using tests::TokenMaker;

const std::string secret(32, 's');
const TokenMaker& rsa() {
    static const TokenMaker made(TokenMaker::Kind::rsa);
    return made;
}
const TokenMaker& p256() {
    static const TokenMaker made(TokenMaker::Kind::p256);
    return made;
}
const TokenMaker& ed25519() {
    static const TokenMaker made(TokenMaker::Kind::ed25519);
    return made;
}
const TokenMaker& shared() {
    static const TokenMaker made(TokenMaker::Kind::secret, secret);
    return made;
}

std::string mistake_of(std::string_view text) {
    const auto keys = TokenKeys::from_text(text);
    return keys ? "no mistake" : keys.error().message;
}

TEST(TokenKeys, AreReadFromAJwkSetAndCheckWhatTheirOwnersSign) {
    const auto keys = TokenKeys::from_text(
        tests::jwk_set({rsa().jwk("a"), p256().jwk("b"), ed25519().jwk("c"), shared().jwk("d")}));
    ASSERT_TRUE(keys) << keys.error().message;
    EXPECT_EQ(keys->size(), 4u);
    for (const TokenMaker* maker : {&rsa(), &p256(), &ed25519(), &shared()}) {
        const auto found = keys->candidates(maker->algorithm(), std::nullopt);
        ASSERT_EQ(found.size(), 1u) << maker->algorithm();
        EXPECT_TRUE(found.front()->signed_this("text", maker->signature("text"))) << maker->algorithm();
        EXPECT_FALSE(found.front()->signed_this("texT", maker->signature("text"))) << maker->algorithm();
        EXPECT_FALSE(found.front()->signed_this("text", "")) << maker->algorithm();
    }
}

TEST(TokenKeys, AreReadFromSeveralPemBlocksWithTextBetweenThem) {
    const auto keys =
        TokenKeys::from_text("# issuer\n" + rsa().pem() + "\nnext\n" + ed25519().pem() + p256().pem());
    ASSERT_TRUE(keys) << keys.error().message;
    EXPECT_EQ(keys->size(), 3u);
}

TEST(TokenKeys, FitByNameAndAlgorithm) {
    const auto keys = TokenKeys::from_text(tests::jwk_set({rsa().jwk("a"), rsa().jwk("b"), p256().jwk("a")}));
    EXPECT_EQ(keys->candidates("RS256", "a").size(), 1u);
    EXPECT_EQ(keys->candidates("RS256", std::nullopt).size(), 2u);
    EXPECT_EQ(keys->candidates("RS256", "../../a").size(), 0u);
    EXPECT_EQ(keys->candidates("ES256", "b").size(), 0u);
    for (const auto* algorithm : {"none", "HS256", "rs256", "RS384", "PS256", ""})
        EXPECT_EQ(keys->candidates(algorithm, "a").size(), 0u) << algorithm;
    EXPECT_EQ(TokenKeys::from_text(rsa().pem())->candidates("RS256", "any").size(), 1u);
}

struct KeyFileCase {
    std::string name;
    std::string text;
    std::string message;
};
class OddKeyFile : public testing::TestWithParam<KeyFileCase> {};

TEST_P(OddKeyFile, IsRefusedWithAReason) {
    EXPECT_THAT(mistake_of(GetParam().text), HasSubstr(GetParam().message));
}

std::string changed(std::string text, std::string_view what, std::string_view by) {
    return text.replace(text.find(what), what.size(), by);
}

INSTANTIATE_TEST_SUITE_P(
    Auth, OddKeyFile,
    testing::Values(
        KeyFileCase{"empty", "", "no key"}, KeyFileCase{"text", "secret\n", "no key"},
        KeyFileCase{"no_set", rsa().jwk("a"), "not a JWK set"},
        KeyFileCase{"cut_off", R"({"keys":[)", "not a JWK set"},
        KeyFileCase{"no_object", R"({"keys":[7]})", "not an object"},
        KeyFileCase{"two_sets", R"({"keys":[],"keys":[]})", "each member once"},
        KeyFileCase{"member_twice",
                    tests::jwk_set({changed(rsa().jwk("a"), "\"e\"", "\"e\":\"AQAB\",\"e\"")}),
                    "each member once"},
        KeyFileCase{"too_deep", "{\"keys\":" + std::string(100, '[') + std::string(100, ']') + "}",
                    "not a JWK set"},
        KeyFileCase{"nothing_known", R"({"keys":[{"kty":"EC","crv":"P-521"},{"kty":"RSA","use":"enc"},{}]})",
                    "no key"},
        KeyFileCase{"another_algorithm", tests::jwk_set({changed(rsa().jwk("a"), "RS256", "PS256")}),
                    "no key"},
        KeyFileCase{"for_signing_only",
                    tests::jwk_set({changed(p256().jwk("a"), "{", R"({"key_ops":["sign"],)")}), "no key"},
        KeyFileCase{"private_jwk", tests::jwk_set({changed(ed25519().jwk("a"), "{", R"({"d":"AAAA",)")}),
                    "private key"},
        KeyFileCase{"private_pem", p256().private_pem(), "only \"PUBLIC KEY\""},
        KeyFileCase{"damaged_pem", changed(rsa().pem(), "MII", "MJJ"), "damaged"},
        KeyFileCase{"cut_pem", rsa().pem().substr(0, 200), "damaged"},
        KeyFileCase{
            "not_on_the_curve",
            tests::jwk_set({R"({"kty":"EC","crv":"P-256","x":")" + tests::base64url(std::string(32, 'x')) +
                            R"(","y":")" + tests::base64url(std::string(32, 'y')) + "\"}"}),
            "key"},
        KeyFileCase{"short_rsa",
                    tests::jwk_set({R"({"kty":"RSA","e":"AQAB","n":")" +
                                    tests::base64url(std::string(128, 'n')) + "\"}"}),
                    "2048"},
        KeyFileCase{"padded", tests::jwk_set({changed(ed25519().jwk("a"), "\"}", "=\"}")}), "base64url"},
        KeyFileCase{"short_point", tests::jwk_set({R"({"kty":"OKP","crv":"Ed25519","x":"AAAA"})"}),
                    "base64url"},
        KeyFileCase{"short_secret", tests::jwk_set({R"({"kty":"oct","k":"c2hvcnQ"})"}), "32 bytes"}),
    [](const auto& info) { return info.param.name; });

TEST(TokenKeys, AreAtMost32) {
    std::string many = rsa().jwk("a");
    for (int i = 0; i < 32; ++i)
        many += ',' + rsa().jwk("a");
    EXPECT_THAT(mistake_of(R"({"keys":[)" + many + "]}"), HasSubstr("32 keys"));
}

class KeyFilesOnDisk : public testing::Test {
protected:
    KeyFilesOnDisk() {
        std::string name = (std::filesystem::temp_directory_path() / "token_keys_test.XXXXXX").string();
        directory_ = mkdtemp(name.data());
    }
    ~KeyFilesOnDisk() override { std::filesystem::remove_all(directory_); }
    [[nodiscard]] std::string write(const std::string& name, const std::string& text) const {
        std::ofstream(directory_ / name) << text;
        return directory_ / name;
    }

    std::filesystem::path directory_;
};

TEST_F(KeyFilesOnDisk, MayHoldKeysAndASecret) {
    const auto keys = TokenKeys::load(write("keys", rsa().pem()), write("secret", secret + "\r\n"));
    ASSERT_TRUE(keys) << keys.error().message;
    EXPECT_TRUE(keys->candidates("HS256", std::nullopt).front()->signed_this("x", shared().signature("x")));
    EXPECT_EQ(keys->size(), 2u);
}

TEST_F(KeyFilesOnDisk, NeverHaveAPublicKeyTakenForASecret) {
    for (const std::string& text : {rsa().pem(), tests::jwk_set({rsa().jwk("a")})}) {
        const auto keys = TokenKeys::load("", write("secret", text));
        ASSERT_FALSE(keys);
        EXPECT_THAT(keys.error().message, HasSubstr("not a secret"));
    }
}

TEST_F(KeyFilesOnDisk, SayWhichOneIsWrong) {
    EXPECT_THAT(TokenKeys::load(directory_ / "absent", "").error().message,
                testing::AllOf(HasSubstr("absent: "), HasSubstr("No such file")));
    EXPECT_THAT(TokenKeys::load("", write("short", "x\n")).error().message, HasSubstr("32 bytes"));
    EXPECT_THAT(TokenKeys::load("", write("lines", secret + "\n" + secret)).error().message,
                HasSubstr("one line"));
    EXPECT_THAT(TokenKeys::load(directory_, "").error().message, HasSubstr("not a regular file"));
}

}  // namespace
}  // namespace gateway::auth
