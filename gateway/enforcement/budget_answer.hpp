#pragma once

#include <memory>
#include <vector>

#include "gateway/accounting/budget_book.hpp"
#include "gateway/enforcement/plan.hpp"

namespace gateway::enforcement {

/// SHOW tabir.budget: a row for each limit, of no database's making. The plan of the text holds no numbers.
void print_budget_question(StatementPlan& plan);

/// A message's plan with the numbers of now in every SHOW tabir.budget; the plan itself where it has none.
[[nodiscard]] std::shared_ptr<const MessagePlan> with_budgets(
    std::shared_ptr<const MessagePlan> message, const std::vector<accounting::BudgetState>& states);

[[nodiscard]] bool shows_budget(const MessagePlan& message);

}  // namespace gateway::enforcement
