#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "gateway/auth/replay_cache.hpp"
#include "gateway/enforcement/plan.hpp"
#include "policies/policy_set.hpp"

namespace gateway::session {

/// For whom is asked, and until when that holds.
struct Asker {
    std::string person;  // by his canonical name; empty: nobody
    std::optional<std::chrono::steady_clock::time_point> until =
        {};  // of a token; nullopt: until it is said anew
};

/// Who shows a token.
struct TokenBearer {
    std::string_view tool;  // the name by which the session logged in
    auth::SessionNumber session;
};

/// How names of people are read, for all sessions. Thread-safe.
struct PersonRules {
    /// The one name of a person for all of its spellings; nullopt: it is no name.
    std::function<std::optional<std::string>(std::string_view name)> canonical;
    /// Whom a token speaks of, as the issuer spells it, or why it is not accepted.
    std::function<std::variant<Asker, enforcement::Refusal>(std::string_view token,
                                                            const TokenBearer& bearer)>
        of_token;
};

/// For whom a client says it asks.
struct NamedPerson {
    std::string value;
    bool is_token = false;
};

/// What the comments of a statement say (sqlcommenter's tabir_user and tabir_token); nullopt: nothing. Two
/// that do not say the same, and comments that cannot be read, are refused.
[[nodiscard]] std::variant<std::optional<NamedPerson>, enforcement::Refusal> person_in_comments(
    std::string_view text);

/// For whom `login` asks in `session`, or why it may not.
[[nodiscard]] std::variant<Asker, enforcement::Refusal> asker_for(const policies::User& login,
                                                                  const NamedPerson& named,
                                                                  auth::SessionNumber session,
                                                                  const PersonRules& rules);

/// Whom `login` asks for where it acts for nobody else.
[[nodiscard]] std::string person_of(const policies::User& login, const PersonRules& rules);

/// Whether `login` may still ask for whom it said: a reload may have changed what it acts for.
[[nodiscard]] std::optional<enforcement::Refusal> check_asker(const policies::User& login, const Asker& asker,
                                                              const PersonRules& rules);

/// A log-in that acts for others has not said for whom, or its token does not hold any more.
[[nodiscard]] enforcement::Refusal nobody_asks(const policies::User& login);

}  // namespace gateway::session
