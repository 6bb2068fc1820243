// What is refused before it is run, since budgets have no room for any answer.

#include <algorithm>
#include <span>

#include "gateway/accounting/budget_words.hpp"
#include "gateway/session/bound_values.hpp"
#include "gateway/session/restricted_session.hpp"
#include "gateway/session/row_plan.hpp"

namespace gateway::session {

// A search must have room for each of its values: rows that are shown tell which of them nobody has before
// the misses are charged.
std::optional<enforcement::Refusal> RestrictedSession::check_misses(
    const enforcement::StatementPlan& rows, const std::optional<accounting::Subject>& asked,
    int bound_values) {
    if (auto refusal = check_detectors(rows)) return refusal;
    if (auto full = no_room_to_change(rows, asked)) return used_up(*full, asked->kind, rows);
    const auto kinds = kinds_asked_of(rows);
    if ((asked && !rows.printed.searches()) || kinds.empty()) return std::nullopt;
    const auto room = static_cast<std::uint64_t>(std::max(1, rows.printed.searched_values + bound_values));
    const auto full = services_.budgets.misses_used_up(asking_->limits().payers()->accounts, now_, room);
    return full ? std::optional(used_up(*full, *kinds.begin(), rows)) : std::nullopt;
}

// A change that asks about one person is refused whether he fits or not. Run, it would leave numbers used up
// that tell which it was.
std::optional<accounting::Exceeded> RestrictedSession::no_room_to_change(
    const enforcement::StatementPlan& rows, const std::optional<accounting::Subject>& asked) {
    if (!asked || !rows.changes_rows || identity_.access.role->masks_at_limit) return std::nullopt;
    return services_.budgets.no_room_for(asking_->limits().payers()->accounts, asked->kind,
                                         std::span(&asked->key, 1), rows.printed.in_clear, now_);
}

enforcement::Refusal RestrictedSession::used_up(const accounting::Exceeded& full, const std::string& kind,
                                                const enforcement::StatementPlan& rows) {
    report_stop(full, kind);
    const auto words = accounting::words_of(full);
    return {.sqlstate = "54000",
            .reason = policies::Reason::not_countable,
            .kind = rows.kind,
            .message = words.message,
            .hint = words.hint};
}

std::optional<enforcement::Refusal> RestrictedSession::check_misses(
    const enforcement::StatementPlan& statement) {
    if (has_own_rows(statement.kind)) return check_misses(statement, asked_by_text(statement.printed), 0);
    const auto source = named_source(statement);
    return source ? check_rows(statement, source->shown()) : std::nullopt;
}

std::optional<enforcement::Refusal> RestrictedSession::check_rows(const Portal& portal) {
    const auto* statement = portal.statement->statement();
    return statement == nullptr ? std::nullopt : check_rows(*statement, portal.shown());
}

std::optional<enforcement::Refusal> RestrictedSession::check_rows(const enforcement::StatementPlan& statement,
                                                                  const Portal& shown) {
    const auto* rows = row_plan(*shown.statement);
    if (rows == nullptr) return std::nullopt;
    if (auto refusal = check_slice(statement, *rows, shown.findings)) return refusal;
    return check_misses(*rows, shown.findings.asked, shown.searched_values);
}

}  // namespace gateway::session
