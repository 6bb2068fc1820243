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

}  // namespace gateway::enforcement
