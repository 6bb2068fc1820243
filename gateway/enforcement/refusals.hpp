#pragma once

#include <string_view>

#include "gateway/enforcement/plan.hpp"
#include "sql/errors.hpp"

namespace gateway::enforcement {

/// What the client is told when sql cannot analyze or print `text`. `role` names the rule for what the
/// policy, not SQL, stands against. The one table of SQLSTATEs for this room's refusals.
[[nodiscard]] Refusal refusal_of(const sql::Error& error, std::string_view text, const policies::Role& role,
                                 sql::StatementKind kind);

/// The same for a decision of the policy: 42501.
[[nodiscard]] Refusal refusal_of(const policies::Deny& deny, sql::StatementKind kind);

/// The text is longer than the configuration allows (limits: statement_bytes).
[[nodiscard]] Refusal too_long(std::size_t most_bytes, const policies::Role& role);

/// What follows in the same message was planned for another person.
[[nodiscard]] Refusal person_in_the_middle(sql::StatementKind kind, const policies::Role& role);

/// What follows the end of a transaction in the same message was resolved under the path within it.
[[nodiscard]] Refusal path_in_the_middle(sql::StatementKind kind, const policies::Role& role);

/// What follows in the same message was resolved with the temporary tables of before.
[[nodiscard]] Refusal temporary_in_the_middle(sql::StatementKind kind, const policies::Role& role);

/// The temporary tables hold what an earlier policy showed.
[[nodiscard]] Refusal temporary_outdated(sql::StatementKind kind, const policies::Role& role);

}  // namespace gateway::enforcement
