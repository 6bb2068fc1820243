// What a client is told of how its statements are answered, before they are.

#include "gateway/session/restricted_session.hpp"

namespace gateway::session {

void RestrictedSession::announce(const enforcement::MessagePlan& message) {
    for (const auto& statement : message.statements) {
        for (const std::string& column : statement.printed.compared_masks) {
            to_client().notice(
                {.severity = wire::Severity::notice,
                 .sqlstate = "00000",
                 .message = "column " + column + " is masked: values that differ may look equal",
                 .hint = "It is compared by what this role sees of it."});
        }
        for (const std::string& column : statement.stored_masks) {
            to_client().notice({.severity = wire::Severity::notice,
                                .sqlstate = "00000",
                                .message = "column " + column + " is masked: new rows hold its masks",
                                .hint = "Who sees the values can store them."});
        }
        if (const int enough = statement.printed.groups_left_out_below; enough > 0) {
            to_client().notice(
                {.severity = wire::Severity::notice,
                 .sqlstate = "00000",
                 .message = "groups of fewer than " + std::to_string(enough) +
                            " people, or of which a condition leaves out fewer, are missing",
                 .hint = "What is counted of groups counts those that are left. Ask for larger ones."});
        }
    }
}

}  // namespace gateway::session
