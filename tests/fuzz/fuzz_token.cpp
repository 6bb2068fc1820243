// Tokens and key files. The first byte of the input says what the rest is: a token as it comes; the parts of
// one, which a stranger signs, or which a key of ours signs, so that claims are read; or a key file. What no
// key of ours has signed is not accepted, and what is accepted is what it must be.

#include "gateway/auth/base64url.hpp"
#include "gateway/auth/token_verifier.hpp"
#include "tests/fuzz/wire_stream.hpp"
#include "tests/gateway/auth/token_maker.hpp"

namespace {

using namespace gateway::auth;
using tests::require;
using tests::TokenMaker;

constexpr WallTime now{std::chrono::seconds(1'700'000'000)};

struct Parties {
    TokenMaker ours{TokenMaker::Kind::secret, std::string(32, 'o')};
    TokenMaker stranger{TokenMaker::Kind::secret, std::string(32, 's')};
    TokenMaker rsa{TokenMaker::Kind::rsa};
    TokenMaker p256{TokenMaker::Kind::p256};
    TokenMaker ed25519{TokenMaker::Kind::ed25519};
    TokenVerifier verifier{TokenKeys::from_text(tests::jwk_set({ours.jwk("ours"), rsa.jwk("rsa"),
                                                                p256.jwk("p256"), ed25519.jwk("ed25519")}))
                               .value(),
                           TokenSettings{.audience = "tabir"}};
};

void judge_signed_by_us(const Parties& parties, std::string_view header, std::string_view payload) {
    const std::string token = parties.ours.token(header, payload);
    const auto claims = parties.verifier.verify(token, now, "helpdesk");
    if (!claims) return;
    require(token.size() <= longest_token);
    require(!claims->subject.empty() && claims->subject.size() <= 63 && !claims->id.empty());
    require(claims->subject.find_first_of(std::string_view("\0\n\r\x7f", 4)) == std::string::npos);
    require(claims->usable_until > now && claims->usable_until <= now + std::chrono::seconds(360));
    ReplayCache shown;
    require(parties.verifier.accept(token, {now, "helpdesk", SessionNumber{1}}, shown).has_value());
    require(!parties.verifier.accept(token, {now, "helpdesk", SessionNumber{2}}, shown));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    static const Parties parties;
    if (size == 0) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const auto line = std::min(text.find('\n'), text.size());
    const auto header = text.substr(0, line);
    const auto payload = text.substr(std::min(line + 1, text.size()));
    switch (data[0]) {
        case 't': require(!parties.verifier.verify(text, now, "helpdesk")); break;
        case 's':
            require(!parties.verifier.verify(parties.stranger.token(header, payload), now, "helpdesk"));
            break;
        case 'o': judge_signed_by_us(parties, header, payload); break;
        case 'k':
            if (const auto keys = TokenKeys::from_text(text)) require(keys->size() > 0 && keys->size() <= 32);
            break;
        default: break;
    }
    if (const auto bytes = from_base64url(text)) require(tests::base64url(*bytes) == text);
    return 0;
}
