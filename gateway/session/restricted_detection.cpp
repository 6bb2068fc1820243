// What detectors stop, and people who are frozen.

#include "gateway/session/restricted_session.hpp"
#include "gateway/session/row_plan.hpp"

namespace gateway::session {
namespace {

using detection::Stopped;

struct StopWords {
    const char* sqlstate;
    const char* message;
    const char* hint;
};

// Neither a subject nor a list is named: whoever is stopped must not learn whom he was stopped at.
StopWords words_of(Stopped stopped) {
    switch (stopped) {
        case Stopped::detected:
            return {"42501", "people are not looked up in this way",
                    "A detector of the policy has stopped it. Ask those who run the gateway."};
        case Stopped::frozen:
            return {"42501", "this user is frozen, and reads no protected tables",
                    "Ask those who run the gateway."};
        case Stopped::unwritten: break;
    }
    return {"58030", "who is frozen cannot be recorded, so nobody reads protected tables",
            "Tell those who run the gateway: its file of frozen users cannot be written."};
}

enforcement::Refusal refusal_of(Stopped stopped, const enforcement::StatementPlan& statement) {
    const StopWords words = words_of(stopped);
    return {.sqlstate = words.sqlstate,
            .reason = policies::Reason::not_countable,
            .kind = statement.kind,
            .message = words.message,
            .hint = words.hint};
}

}  // namespace

void RestrictedSession::stop(Stopped stopped) {
    const StopWords words = words_of(stopped);
    to_client().error({.sqlstate = words.sqlstate, .message = words.message, .hint = words.hint});
    metrics_.error(words.sqlstate);
}

std::optional<enforcement::Refusal> RestrictedSession::check_frozen(
    const enforcement::StatementPlan& statement) const {
    if (!statement.printed.reads_protected && kinds_asked_of(statement).empty()) return std::nullopt;
    const auto stopped = services_.detection.check(asking_->limits().payers()->looker);
    return stopped ? std::optional(refusal_of(*stopped, statement)) : std::nullopt;
}

std::optional<enforcement::Refusal> RestrictedSession::check_detectors(
    const enforcement::StatementPlan& rows) {
    const auto kinds = kinds_asked_of(rows);
    if (kinds.empty()) return check_frozen(rows);
    const auto stopped =
        services_.detection.on_question(asking_->limits().payers()->looker, *kinds.begin(), now_);
    return stopped ? std::optional(refusal_of(*stopped, rows)) : std::nullopt;
}

}  // namespace gateway::session
