#include "gateway/session/environment.hpp"

namespace gateway::session {
namespace {

enforcement::Refusal token_refused(auth::TokenErrc why) {
    return {.sqlstate = "28000",
            .reason = policies::Reason::setting_not_allowed,
            .kind = sql::StatementKind::set,
            .message = "the token is not accepted: " + std::string(auth::message_of(why)),
            .hint = "Ask the issuer for a new one, made for this tool."};
}

}  // namespace

auth::WallTime wall_clock() {
    return std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
}

PersonRules person_rules(Environment& environment) {
    return {
        .canonical =
            [&environment](std::string_view name) { return environment.users.get()->names().of(name); },
        .of_token = [&environment](std::string_view token,
                                   const TokenBearer& bearer) -> std::variant<Asker, enforcement::Refusal> {
            const auto verifier = environment.tokens.get();
            if (!verifier) return token_refused(auth::TokenErrc::not_configured);
            const auto now = wall_clock();
            const auto claims =
                verifier->accept(token, {now, bearer.tool, bearer.session}, environment.shown_tokens);
            if (!claims) return token_refused(claims.error());
            return Asker{claims->subject, std::chrono::steady_clock::now() + (claims->usable_until - now)};
        }};
}

}  // namespace gateway::session
