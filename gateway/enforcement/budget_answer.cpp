#include "gateway/enforcement/budget_answer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gateway/accounting/budget_words.hpp"
#include "gateway/enforcement/quoting.hpp"

namespace gateway::enforcement {
namespace {

std::string row(const accounting::BudgetState& state) {
    const std::uint64_t left = state.limit.most - std::min(state.seen, state.limit.most);
    const std::string refills =
        state.more_in ? constant(std::to_string(state.more_in->count()) + " seconds") : "NULL";
    return fmt::format("({}, {}, {}, {}, {}, {}, {}, {}::pg_catalog.interval)",
                       constant(accounting::name_of(state.of)), constant(state.account),
                       constant(policies::text_of(state.counted)), state.limit.most,
                       constant(accounting::window_words(state.limit.window)), state.seen, left, refills);
}

std::string budget_text(const std::vector<accounting::BudgetState>& states) {
    std::string rows;
    for (const auto& state : states)
        rows += (rows.empty() ? "" : ", ") + row(state);
    const bool none = rows.empty();
    if (none) rows = "('', '', '', 0, '', 0, 0, NULL::pg_catalog.interval)";
    return "SELECT \"of\", \"name\", \"counted\", \"most\"::pg_catalog.int8, \"per\", "
           "\"used\"::pg_catalog.int8, \"left\"::pg_catalog.int8, \"more_in\" FROM (VALUES " +
           rows +
           ") AS \"budget\" (\"of\", \"name\", \"counted\", \"most\", \"per\", \"used\", \"left\", "
           "\"more_in\")" +
           (none ? " WHERE false" : "");
}

}  // namespace

void print_budget_question(StatementPlan& plan) {
    plan.shows_budget = true;
    plan.command_tag = "SHOW";
    plan.printed.text = budget_text({});
}

bool shows_budget(const MessagePlan& message) {
    return std::ranges::any_of(message.statements, &StatementPlan::shows_budget);
}

std::shared_ptr<const MessagePlan> with_budgets(std::shared_ptr<const MessagePlan> message,
                                                const std::vector<accounting::BudgetState>& states) {
    auto answered = std::make_shared<MessagePlan>(*message);
    for (StatementPlan& statement : answered->statements) {
        if (statement.shows_budget) statement.printed.text = budget_text(states);
    }
    return answered;
}

}  // namespace gateway::enforcement
