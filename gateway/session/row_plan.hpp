#pragma once

#include <set>
#include <string>

#include "gateway/session/prepared_statements.hpp"

namespace gateway::session {

/// False for statements that answer with no rows, or with those of another: of a cursor or prepared
/// statement.
[[nodiscard]] inline bool has_own_rows(sql::StatementKind kind) {
    return kind != sql::StatementKind::declare_cursor && kind != sql::StatementKind::prepare &&
           kind != sql::StatementKind::fetch && kind != sql::StatementKind::execute;
}

/// Statements that run another one before they describe what it gave.
[[nodiscard]] inline bool runs_another(sql::StatementKind kind) {
    return !has_own_rows(kind) && kind != sql::StatementKind::prepare;
}

/// What a row of its result looks like; nullptr: it has none, or shows those of another.
[[nodiscard]] inline const enforcement::StatementPlan* row_plan(const Prepared& prepared) {
    const auto* statement = prepared.statement();
    if (statement == nullptr || prepared.carried || has_own_rows(statement->kind)) return statement;
    return nullptr;
}

/// Of whom its rows, or their absence, tell.
[[nodiscard]] inline std::set<std::string> kinds_asked_of(const enforcement::StatementPlan& plan) {
    std::set<std::string> kinds = plan.printed.entered;
    for (const sql::HiddenColumn& column : plan.printed.hidden)
        kinds.insert(column.subject);
    return kinds;
}

/// For how many values it may search.
[[nodiscard]] inline int most_searched_values(const enforcement::StatementPlan& plan) {
    return sql::most_searched_values(!kinds_asked_of(plan).empty());
}

/// It is paid for before it writes, in several steps.
[[nodiscard]] inline bool runs_in_paid_steps(const enforcement::StatementPlan& statement) {
    return statement.printed.paid.has_value();
}

/// It changes rows, and its own rows say whose: they must be counted before the change is committed.
[[nodiscard]] inline bool is_counted_change(const enforcement::StatementPlan& statement) {
    return runs_in_paid_steps(statement) || (statement.changes_rows && !statement.printed.hidden.empty());
}

/// Closes cursors, or drops prepared statements.
[[nodiscard]] inline bool drops_names(const enforcement::StatementPlan& statement) {
    return statement.kind == sql::StatementKind::close_cursor ||
           statement.kind == sql::StatementKind::deallocate || statement.kind == sql::StatementKind::discard;
}

/// False for statements whose answers are more than rows, or that give or use names: of those none can run as
/// a step of a Query.
[[nodiscard]] inline bool runs_in_steps(const enforcement::StatementPlan& statement) {
    return drops_names(statement) ||
           (!statement.cursor && !statement.prepared && statement.kind != sql::StatementKind::copy);
}

}  // namespace gateway::session
