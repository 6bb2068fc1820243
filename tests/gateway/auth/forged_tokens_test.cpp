// More than 10,000 tokens that nobody of ours made, or made for this use: none is accepted, and the good ones
// between them are.

#include <gtest/gtest.h>

#include <array>

#include "gateway/auth/token_verifier.hpp"
#include "tests/gateway/auth/token_maker.hpp"

namespace gateway::auth {
namespace {

using tests::base64url;
using tests::TokenMaker;
using Kind = TokenMaker::Kind;

constexpr WallTime now{std::chrono::seconds(1'700'000'000)};
constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const std::string secret = "a secret of more than thirty-two bytes";

std::string claims(int number) {
    return R"({"sub":"a.setiawan","aud":["tabir"],"azp":"helpdesk","iat":1700000000,"exp":1700000200,"jti":")" +
           std::to_string(number) + "\"}";
}

class ForgedTokens : public testing::Test {
protected:
    ForgedTokens()
        : keys_{TokenMaker(Kind::rsa), TokenMaker(Kind::p256), TokenMaker(Kind::ed25519),
                TokenMaker(Kind::secret, secret)},
          strangers_{TokenMaker(Kind::rsa), TokenMaker(Kind::p256), TokenMaker(Kind::ed25519),
                     TokenMaker(Kind::secret, secret + '.')},
          verifier_(TokenKeys::from_text(tests::jwk_set({keys_[0].jwk("rsa"), keys_[1].jwk("p256"),
                                                         keys_[2].jwk("ed25519"), keys_[3].jwk("secret")}))
                        .value(),
                    TokenSettings{.audience = "tabir"}) {}

    void expect_refused(const std::string& token, std::string_view what) {
        const auto claims = verifier_.verify(token, now, "helpdesk");
        EXPECT_FALSE(claims) << what << ": " << token;
        ++refused_;
    }
    void expect_accepted(const std::string& token) {
        const auto claims = verifier_.verify(token, now, "helpdesk");
        EXPECT_TRUE(claims) << message_of(claims.error()) << ": " << token;
    }

    std::array<TokenMaker, 4> keys_;
    std::array<TokenMaker, 4> strangers_;
    TokenVerifier verifier_;
    int refused_ = 0;
};

TEST_F(ForgedTokens, AreNotAcceptedOnceIn10000) {
    for (const TokenMaker& key : keys_) {
        const std::string good = key.token(claims(0));
        expect_accepted(good);
        // Every letter by others of the alphabet, and by bytes outside of it.
        for (std::size_t at = 0; at < good.size(); ++at) {
            const std::size_t place = letters.find(good[at]);
            for (const std::size_t step : {1UL, 2UL, 3UL, 16UL, 32UL}) {
                std::string mutated = good;
                mutated[at] = place == std::string_view::npos ? letters[step] : letters[(place + step) % 64];
                expect_refused(mutated, "a letter changed");
            }
            for (const char other : {'=', '+', '/', '.', '\0', '\xff'}) {
                std::string mutated = good;
                if (mutated[at] == other) continue;
                mutated[at] = other;
                expect_refused(mutated, "a letter that does not belong there");
            }
            expect_refused(good.substr(0, at), "cut off");
            expect_refused(good.substr(at + 1), "cut off in front");
            expect_refused(std::string(good).erase(at, 1), "a letter missing");
            expect_refused(std::string(good).insert(at, 1, 'A'), "a letter more");
        }
        // Its signature under other claims, and under another header.
        const std::string signature = good.substr(good.rfind('.'));
        for (int number = 1; number < 100; ++number) {
            expect_refused(base64url(R"({"alg":")" + key.algorithm() + "\"}") + '.' +
                               base64url(claims(number)) + signature,
                           "another's signature");
        }
    }
    EXPECT_GT(refused_, 10'000);
}

TEST_F(ForgedTokens, OfStrangersAreNotAccepted) {
    for (const TokenMaker& stranger : strangers_) {
        for (int number = 0; number < 100; ++number) {
            expect_refused(stranger.token(claims(number)), "signed by a stranger");
            for (const auto* kid : {"rsa", "p256", "ed25519", "secret", "", "../../etc/passwd", "/dev/null",
                                    "' UNION SELECT 'key", "http://attacker/key"}) {
                expect_refused(
                    stranger.token(R"({"alg":")" + stranger.algorithm() + R"(","kid":")" + kid + "\"}",
                                   claims(number)),
                    "a stranger who names a key");
            }
        }
        // He brings his own key along.
        expect_refused(
            stranger.token(R"({"alg":")" + stranger.algorithm() + R"(","jwk":)" + stranger.jwk("rsa") + "}",
                           claims(0)),
            "jwk");
        expect_refused(
            stranger.token(R"({"alg":")" + stranger.algorithm() + R"(","jku":"https://attacker/jwks"})",
                           claims(0)),
            "jku");
    }
}

TEST_F(ForgedTokens, BySwitchedAlgorithmsAreNotAccepted) {
    for (const auto* none : {"none", "None", "NONE", "nOnE", "", "null"}) {
        const std::string text =
            base64url(std::string(R"({"alg":")") + none + "\"}") + '.' + base64url(claims(0));
        expect_refused(text + '.', "no signature");
        expect_refused(text, "no third part");
        expect_refused(text + ".AAAA", "no real signature");
    }
    // A public key as a secret: everybody knows it.
    for (const TokenMaker& key : {keys_[0], keys_[1], keys_[2]}) {
        std::string pem = key.pem();
        for (const std::string& known :
             {pem, pem.substr(0, pem.size() - 1), key.jwk(""), key.jwk(key.algorithm())}) {
            const TokenMaker forger(Kind::secret, known);
            expect_refused(forger.token(claims(0)), "a public key as a secret");
            for (const auto* kid : {"rsa", "p256", "ed25519", "secret"})
                expect_refused(
                    forger.token(std::string(R"({"alg":"HS256","kid":")") + kid + "\"}", claims(0)),
                    "a public key as a secret");
        }
    }
    expect_refused(TokenMaker(Kind::secret, "").token(claims(0)), "an empty secret");
    // A key of ours under the algorithm of another.
    for (const TokenMaker& key : keys_) {
        for (const auto* algorithm : {"HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "ES256",
                                      "ES384", "ES256K", "EdDSA", "Ed25519", "dir", "A128KW"}) {
            if (algorithm == key.algorithm()) continue;
            expect_refused(key.token(std::string(R"({"alg":")") + algorithm + "\"}", claims(0)), algorithm);
        }
    }
    // r = s = 0 (CVE-2022-21449), and the order of the curve.
    const std::string text = base64url(R"({"alg":"ES256"})") + '.' + base64url(claims(0));
    expect_refused(text + '.' + base64url(std::string(64, '\0')), "zero");
    expect_refused(text + '.' + base64url(std::string(64, '\xff')), "beyond the curve's order");
    expect_refused(text + '.' + base64url(std::string(63, '\1') + std::string(65, '\1')), "two signatures");
}

TEST_F(ForgedTokens, ThatWereGoodForSomethingElseAreNotAccepted) {
    for (const TokenMaker& key : keys_) {
        const auto with = [&key](std::string_view what, std::string_view by) {
            std::string text = claims(0);
            return key.token(text.replace(text.find(what), what.size(), by));
        };
        for (int seconds = 31; seconds < 2'000; seconds += 13) {
            expect_refused(with("1700000200", std::to_string(1'700'000'000 - seconds)), "expired");
            expect_refused(with("1700000000", std::to_string(1'700'000'000 + seconds)), "not yet");
            expect_refused(with("1700000200", std::to_string(1'700'000'300 + seconds)), "for too long");
        }
        for (const auto* audience : {"tabi", "tabir2", "TABIR", " tabir", "tabir ", "https://tabir", ""})
            expect_refused(with("tabir", audience), "another audience");
        for (const auto* tool : {"backoffice", "Helpdesk", "helpdesk ", ""})
            expect_refused(with("helpdesk", tool), "another tool");
        const std::string inner = key.token(claims(0));
        expect_refused(key.token(R"({"alg":")" + key.algorithm() + R"(","cty":"JWT"})", inner), "nested");
        expect_refused(key.token("\"" + inner + "\""), "a token within a token");
        expect_refused(inner + inner.substr(inner.find('.')), "of five parts");
        expect_refused(std::string(1'000'000, 'A') + inner, "huge");
        expect_refused(inner + std::string(1'000'000, 'A'), "huge");
    }
}

TEST_F(ForgedTokens, AreNotAcceptedWhenReplayed) {
    ReplayCache shown;
    for (int number = 0; number < 1'000; ++number) {
        const std::string token = keys_[number % 4].token(claims(number));
        const auto show = [&](std::uint64_t session) {
            return verifier_.accept(token, {now, "helpdesk", SessionNumber{session}}, shown).has_value();
        };
        const std::uint64_t owner = static_cast<std::uint64_t>(number) * 10;
        ASSERT_TRUE(show(owner));
        for (std::uint64_t other = 1; other < 10; ++other)
            EXPECT_FALSE(show(owner + other));
        EXPECT_TRUE(show(owner));
    }
}

}  // namespace
}  // namespace gateway::auth
