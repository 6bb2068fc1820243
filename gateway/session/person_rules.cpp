#include "gateway/session/person_rules.hpp"

#include "gateway/session/setting_name.hpp"
#include "sql/own_settings.hpp"
#include "sql/statement_tags.hpp"

namespace gateway::session {
namespace {

using policies::ActsFor;

constexpr std::string_view tag_prefix = "tabir_";
constexpr std::string_view user_tag = "tabir_user";
constexpr std::string_view token_tag = "tabir_token";
constexpr std::size_t longest_shown = 63;

constexpr std::string_view say_by_token =
    "SET tabir.token = '...', or say it in a comment: /*tabir_token='...'*/. A token holds until it expires.";

enforcement::Refusal refused(std::string message, std::string hint) {
    return {.sqlstate = "42501",
            .reason = policies::Reason::setting_not_allowed,
            .kind = sql::StatementKind::set,
            .message = std::move(message),
            .hint = std::move(hint)};
}

std::string with_rule(const policies::User& login, const std::string& what) {
    return "user " + login.name + ' ' + what + " (" + login.rule.text() + ')';
}

enforcement::Refusal no_name() {
    return {.sqlstate = "22023",
            .reason = policies::Reason::setting_not_allowed,
            .kind = sql::StatementKind::set,
            .message = "this cannot be the name of a person",
            .hint = "A name is UTF-8 text of at most 63 bytes without control characters."};
}

enforcement::Refusal unreadable(const sql::Error& error) {
    return {.sqlstate = "42601",
            .reason = policies::Reason::syntax,
            .message = error.message,
            .hint = "Write /*tabir_user='agent7'*/, URL-encoded as sqlcommenter has it."};
}

}  // namespace

std::variant<std::optional<NamedPerson>, enforcement::Refusal> person_in_comments(std::string_view text) {
    if (!sql::may_name_own_setting(text)) return std::nullopt;
    const auto tags = sql::statement_tags(text, tag_prefix);
    // What the guard refuses is refused with the statement.
    if (!tags && tags.error().code != sql::Errc::syntax_error) return std::nullopt;
    if (!tags) return unreadable(tags.error());
    std::optional<NamedPerson> found;
    for (const auto& [spelling, value] : *tags) {
        const std::string key = setting_key(spelling);
        if (key.starts_with(tag_prefix) && key != user_tag && key != token_tag) {
            return refused(
                "a comment says \"" + key.substr(0, longest_shown) + "\", which means nothing to Tabir",
                "Tabir knows tabir_user and tabir_token.");
        }
        if (key != user_tag && key != token_tag) continue;
        if (found && (found->is_token != (key == token_tag) || found->value != value)) {
            return refused("the comments of the statement say twice for whom it is asked",
                           "Say it once: /*tabir_user='agent7'*/.");
        }
        found = NamedPerson{value, key == token_tag};
    }
    return found;
}

std::variant<Asker, enforcement::Refusal> asker_for(const policies::User& login, const NamedPerson& named,
                                                    auth::SessionNumber session, const PersonRules& rules) {
    Asker asker{.person = named.value};
    if (named.is_token) {
        if (login.acts_for == ActsFor::himself)
            return refused(with_rule(login, "asks for himself, and may show no token"),
                           "A user that asks for others has acts_for in the policy.");
        auto spoken_of = rules.of_token(named.value, {login.name, session});
        if (auto* refusal = std::get_if<enforcement::Refusal>(&spoken_of)) return std::move(*refusal);
        asker = std::get<Asker>(std::move(spoken_of));
    }
    if (asker.person.empty() && login.acts_for == ActsFor::himself) return Asker{person_of(login, rules)};
    if (asker.person.empty()) return Asker{};
    auto canonical = rules.canonical(asker.person);
    if (!canonical) return no_name();
    asker.person = *std::move(canonical);
    if (auto refusal = check_asker(login, asker, rules)) return *std::move(refusal);
    return asker;
}

std::optional<enforcement::Refusal> check_asker(const policies::User& login, const Asker& asker,
                                                const PersonRules& rules) {
    if (login.acts_for == ActsFor::himself && asker.person != person_of(login, rules)) {
        return refused(with_rule(login, "may ask for nobody but himself"),
                       "A user that asks for others has acts_for in the policy.");
    }
    if (login.acts_for == ActsFor::signed_ && !asker.until)
        return refused(with_rule(login, "must prove by a token for whom it asks"), std::string(say_by_token));
    return std::nullopt;
}

std::string person_of(const policies::User& login, const PersonRules& rules) {
    return rules.canonical(login.name).value_or(login.name);
}

enforcement::Refusal nobody_asks(const policies::User& login) {
    const bool by_token = login.acts_for == ActsFor::signed_;
    return refused(with_rule(login, "must say for whom it asks"),
                   by_token ? std::string(say_by_token)
                            : "SET tabir.user = 'agent7', or say it in a comment: /*tabir_user='agent7'*/.");
}

}  // namespace gateway::session
