#include "gateway/auth/token_verifier.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/gateway/auth/token_maker.hpp"

namespace gateway::auth {
namespace {

using tests::TokenMaker;

constexpr WallTime now{std::chrono::seconds(1'700'000'000)};
const std::string good_claims =
    R"({"sub":"a.setiawan","aud":"tabir","iss":"https://issuer","jti":"1","iat":1699999990,"exp":1700000200})";

const TokenMaker& maker() {
    static const TokenMaker made(TokenMaker::Kind::ed25519);
    return made;
}

TokenVerifier verifier(std::string issuer = {}) {
    return {TokenKeys::from_text(tests::jwk_set({maker().jwk("k1")})).value(),
            TokenSettings{.audience = "tabir", .issuer = std::move(issuer)}};
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
    const auto at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), by);
}

TEST(TokenVerifier, TellsWhoASignedTokenSpeaksFor) {
    const auto claims = verifier("https://issuer").verify(maker().token(good_claims), now, "helpdesk");
    ASSERT_TRUE(claims) << message_of(claims.error());
    EXPECT_EQ(claims->subject, "a.setiawan");
    EXPECT_EQ(claims->id, "1");
    EXPECT_EQ(claims->issuer, "https://issuer");
    EXPECT_EQ(claims->usable_until, now + std::chrono::seconds(230));
}

TEST(TokenVerifier, KnowsEveryAlgorithmOfItsKeys) {
    for (const auto kind : {TokenMaker::Kind::rsa, TokenMaker::Kind::p256, TokenMaker::Kind::ed25519,
                            TokenMaker::Kind::secret}) {
        const TokenMaker one(kind, std::string(32, 'x'));
        const TokenVerifier checks(TokenKeys::from_text(tests::jwk_set({one.jwk("")})).value(),
                                   TokenSettings{.audience = "tabir"});
        EXPECT_TRUE(checks.verify(one.token(good_claims), now, "")) << one.algorithm();
    }
}

struct ClaimsCase {
    std::string name;
    std::string claims;
    std::optional<TokenErrc> expected;
};
class TokenClaimsAre : public testing::TestWithParam<ClaimsCase> {};

TEST_P(TokenClaimsAre, Judged) {
    const auto claims = verifier().verify(maker().token(GetParam().claims), now, "helpdesk");
    const auto error = claims ? std::nullopt : std::optional(claims.error());
    EXPECT_EQ(error, GetParam().expected) << (error ? message_of(*error) : "accepted");
}

ClaimsCase with(std::string name, std::string_view what, std::string_view by,
                std::optional<TokenErrc> expected = std::nullopt) {
    return {std::move(name), replaced(good_claims, what, by), expected};
}

constexpr std::string_view exp = R"(,"exp":1700000200)";
constexpr std::string_view iat = R"("iat":1699999990)";
constexpr std::string_view aud = R"("aud":"tabir")";
constexpr std::string_view sub = R"("sub":"a.setiawan")";
constexpr std::string_view jti = R"("jti":"1")";

INSTANTIATE_TEST_SUITE_P(
    Times, TokenClaimsAre,
    testing::Values(with("no_exp", exp, "", TokenErrc::no_expiry),
                    with("exp_text", exp, R"(,"exp":"1700000200")", TokenErrc::no_expiry),
                    with("exp_null", exp, R"(,"exp":null)", TokenErrc::no_expiry),
                    with("exp_negative", exp, R"(,"exp":-1)", TokenErrc::no_expiry),
                    with("exp_infinite", exp, R"(,"exp":1e400)", TokenErrc::no_expiry),
                    with("exp_huge", exp, R"(,"exp":18446744073709551615)", TokenErrc::no_expiry),
                    with("exp_with_fraction", exp, R"(,"exp":1700000200.5)"),
                    with("exp_past", exp, R"(,"exp":1699999970)", TokenErrc::expired),
                    with("exp_past_within_the_leeway", exp, R"(,"exp":1699999971)"),
                    with("exp_zero", exp, R"(,"exp":0)", TokenErrc::expired),
                    with("life_of_five_minutes", exp, R"(,"exp":1700000290)"),
                    with("life_of_a_second_more", exp, R"(,"exp":1700000291)", TokenErrc::lives_too_long),
                    with("no_iat", iat, R"("x":0)"),
                    ClaimsCase{"no_iat_and_a_long_life",
                               R"({"sub":"a","aud":"tabir","jti":"1","exp":1700000301})",
                               TokenErrc::lives_too_long},
                    with("iat_ahead", iat, R"("iat":1700000031)", TokenErrc::not_yet_valid),
                    with("iat_ahead_within_the_leeway", iat, R"("iat":1700000030)"),
                    with("iat_text", iat, R"("iat":"now")", TokenErrc::no_expiry),
                    with("nbf_ahead", iat, R"("nbf":1700000031)", TokenErrc::not_yet_valid),
                    with("nbf_past", iat, R"("nbf":1)"),
                    with("nbf_ahead_by_a_fraction", iat, R"("nbf":1700000030.5)", TokenErrc::not_yet_valid)),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Names, TokenClaimsAre,
    testing::Values(
        with("no_aud", aud, R"("x":0)", TokenErrc::wrong_audience),
        with("other_aud", aud, R"("aud":"tabir2")", TokenErrc::wrong_audience),
        with("aud_in_capitals", aud, R"("aud":"Tabir")", TokenErrc::wrong_audience),
        with("aud_list", aud, R"("aud":["other","tabir"])"),
        with("aud_list_of_others", aud, R"("aud":["other"])", TokenErrc::wrong_audience),
        with("aud_list_with_a_number", aud, R"("aud":["tabir",1])", TokenErrc::wrong_audience),
        with("aud_empty", aud, R"("aud":[])", TokenErrc::wrong_audience),
        with("azp_of_the_tool", aud, R"("azp":"helpdesk","aud":"tabir")"),
        with("azp_of_another_tool", aud, R"("azp":"backoffice","aud":"tabir")", TokenErrc::wrong_tool),
        with("azp_no_text", aud, R"("azp":["helpdesk"],"aud":"tabir")", TokenErrc::wrong_tool),
        with("no_sub", sub, R"("x":0)", TokenErrc::invalid_subject),
        with("sub_empty", sub, R"("sub":"")", TokenErrc::invalid_subject),
        with("sub_number", sub, R"("sub":7)", TokenErrc::invalid_subject),
        with("sub_of_63_bytes", sub, "\"sub\":\"" + std::string(63, 'a') + '"'),
        with("sub_of_64_bytes", sub, "\"sub\":\"" + std::string(64, 'a') + '"', TokenErrc::invalid_subject),
        with("sub_with_nul", sub, R"("sub":"a\u0000b")", TokenErrc::invalid_subject),
        with("sub_with_line_end", sub, R"("sub":"a\nb")", TokenErrc::invalid_subject),
        with("sub_with_c1_control", sub, R"("sub":"a\u0085b")", TokenErrc::invalid_subject),
        with("sub_of_another_script", sub, R"("sub":"أحمد")"),
        with("sub_not_utf8", sub, "\"sub\":\"\xc3\x28\"", TokenErrc::malformed),
        with("sub_with_half_a_surrogate", sub, R"("sub":"\ud800")", TokenErrc::malformed),
        with("no_jti", jti, R"("x":0)", TokenErrc::no_identity),
        with("jti_empty", jti, R"("jti":"")", TokenErrc::no_identity),
        with("jti_number", jti, R"("jti":1)", TokenErrc::no_identity),
        with("jti_of_256_bytes", jti, "\"jti\":\"" + std::string(256, 'j') + '"', TokenErrc::no_identity),
        with("iss_number", R"("https://issuer")", "7", TokenErrc::wrong_issuer)),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Forms, TokenClaimsAre,
    testing::Values(with("sub_twice", sub, R"("sub":"a.setiawan","sub":"boss")", TokenErrc::malformed),
                    with("sub_twice_by_an_escape", sub, R"("sub":"a.setiawan","s\u0075b":"boss")",
                         TokenErrc::malformed),
                    with("twice_within", sub, R"("x":{"a":1,"a":2},"sub":"a")", TokenErrc::malformed),
                    with("same_name_on_two_levels", sub, R"("x":{"sub":1},"sub":"a")"),
                    with("trailing_text", "}", "} ,", TokenErrc::malformed),
                    with("comment", "{", "{/* */", TokenErrc::malformed),
                    with("trailing_comma", "}", ",}", TokenErrc::malformed),
                    ClaimsCase{"list", "[]", TokenErrc::malformed},
                    ClaimsCase{"text", "\"x\"", TokenErrc::malformed},
                    ClaimsCase{"nothing", "", TokenErrc::malformed},
                    ClaimsCase{"deep", std::string(40, '[') + std::string(40, ']'), TokenErrc::malformed}),
    [](const auto& info) { return info.param.name; });

struct HeaderCase {
    std::string name;
    std::string header;
    std::optional<TokenErrc> expected;
};
class TokenHeaderIs : public testing::TestWithParam<HeaderCase> {};

TEST_P(TokenHeaderIs, Judged) {
    const auto claims = verifier().verify(maker().token(GetParam().header, good_claims), now, "helpdesk");
    const auto error = claims ? std::nullopt : std::optional(claims.error());
    EXPECT_EQ(error, GetParam().expected) << (error ? message_of(*error) : "accepted");
}

INSTANTIATE_TEST_SUITE_P(
    Auth, TokenHeaderIs,
    testing::Values(
        HeaderCase{"plain", R"({"alg":"EdDSA"})", std::nullopt},
        HeaderCase{"named_key", R"({"alg":"EdDSA","kid":"k1"})", std::nullopt},
        HeaderCase{"access_token", R"({"alg":"EdDSA","typ":"at+JWT"})", std::nullopt},
        HeaderCase{"another_key", R"({"alg":"EdDSA","kid":"k2"})", TokenErrc::unknown_key},
        HeaderCase{"kid_path", R"({"alg":"EdDSA","kid":"../../dev/null"})", TokenErrc::unknown_key},
        HeaderCase{"kid_number", R"({"alg":"EdDSA","kid":1})", TokenErrc::malformed},
        HeaderCase{"none", R"({"alg":"none"})", TokenErrc::unknown_key},
        HeaderCase{"no_alg", R"({"typ":"JWT"})", TokenErrc::malformed},
        HeaderCase{"alg_list", R"({"alg":["EdDSA"]})", TokenErrc::malformed},
        HeaderCase{"alg_twice", R"({"alg":"EdDSA","alg":"none"})", TokenErrc::malformed},
        HeaderCase{"other_alg", R"({"alg":"RS256"})", TokenErrc::unknown_key},
        HeaderCase{"critical", R"({"alg":"EdDSA","crit":["b64"],"b64":true})", TokenErrc::unsupported_header},
        HeaderCase{"nested", R"({"alg":"EdDSA","cty":"JWT"})", TokenErrc::unsupported_header},
        HeaderCase{"encrypted", R"({"alg":"EdDSA","enc":"A128GCM"})", TokenErrc::unsupported_header},
        HeaderCase{"another_type", R"({"alg":"EdDSA","typ":"logout+jwt"})", TokenErrc::unsupported_header},
        HeaderCase{"no_json", "EdDSA", TokenErrc::malformed}),
    [](const auto& info) { return info.param.name; });

TEST(TokenVerifier, TakesOnlyTheOneSpellingOfAToken) {
    const std::string good = maker().token(good_claims);
    const auto checks = verifier();
    ASSERT_TRUE(checks.verify(good, now, ""));
    const auto last = good.substr(0, good.size() - 1);
    // 64 bytes leave two unused bits in the last of 86 letters: three other letters mean the same bytes.
    for (const std::string& odd :
         {good + "=", good + ".", "." + good, good + " ", " " + good, good + "\n", replaced(good, ".", ".."),
          replaced(good, ".", ". "), last + std::string(1, static_cast<char>(good.back() + 1)), std::string{},
          std::string("."), std::string(".."), std::string("..."), good.substr(0, good.rfind('.')),
          good.substr(0, good.rfind('.') + 1)}) {
        const auto claims = checks.verify(odd, now, "");
        ASSERT_FALSE(claims) << odd;
        EXPECT_EQ(claims.error(), TokenErrc::malformed) << odd;
    }
}

TEST(TokenVerifier, ReadsNoTokenOfMoreThan8KiB) {
    const auto of_size = [](std::size_t filling) {
        return maker().token(replaced(good_claims, "{", "{\"x\":\"" + std::string(filling, 'x') + "\","));
    };
    EXPECT_TRUE(verifier().verify(of_size(5'700), now, ""));
    EXPECT_EQ(verifier().verify(of_size(6'100), now, "").error(), TokenErrc::too_long);
    EXPECT_EQ(verifier().verify(of_size(1'000'000), now, "").error(), TokenErrc::too_long);
}

TEST(TokenVerifier, ComparesTheIssuerWhereOneIsSet) {
    EXPECT_EQ(verifier("https://another").verify(maker().token(good_claims), now, "").error(),
              TokenErrc::wrong_issuer);
    const auto none = replaced(good_claims, R"("iss":"https://issuer",)", "");
    EXPECT_EQ(verifier("https://issuer").verify(maker().token(none), now, "").error(),
              TokenErrc::wrong_issuer);
    EXPECT_TRUE(verifier().verify(maker().token(none), now, ""));
}

TEST(TokenVerifier, AcceptsATokenFromOneSessionOnly) {
    const auto checks = verifier();
    const std::string token = maker().token(good_claims);
    ReplayCache shown;
    EXPECT_TRUE(checks.accept(token, {now, "a", SessionNumber{1}}, shown));
    EXPECT_TRUE(checks.accept(token, {now, "a", SessionNumber{1}}, shown));
    EXPECT_EQ(checks.accept(token, {now, "a", SessionNumber{2}}, shown).error(), TokenErrc::replayed);
    EXPECT_EQ(checks.accept("x", {now, "a", SessionNumber{2}}, shown).error(), TokenErrc::malformed);
    EXPECT_EQ(shown.size(), 1u);
}

}  // namespace
}  // namespace gateway::auth
