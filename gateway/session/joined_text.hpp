#pragma once

#include <string>
#include <string_view>

#include "gateway/enforcement/plan.hpp"

namespace gateway::session {

inline constexpr std::string_view statement_separator = "; ";

/// The text that the back end gets for a whole message.
[[nodiscard]] inline std::string joined_text(const enforcement::MessagePlan& plan) {
    std::string text;
    for (const auto& statement : plan.statements) {
        if (!text.empty()) text += statement_separator;
        text += statement.printed.text;
    }
    return text;
}

/// The text that the back end keeps for a prepared statement: of several, the first, which has its
/// parameters.
[[nodiscard]] inline std::string prepared_text(const enforcement::MessagePlan& plan) {
    const bool in_steps = plan.statements.size() == 1 && plan.statements.front().printed.paid;
    return in_steps ? plan.statements.front().printed.paid->own : joined_text(plan);
}

}  // namespace gateway::session
