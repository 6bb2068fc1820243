#include <algorithm>

#include "sql/edits/errors.hpp"
#include "sql/edits/numbered_rows.hpp"
#include "sql/edits/rewriter.hpp"
#include "sql/edits/sent_rows.hpp"
#include "sql/edits/shown_rows.hpp"
#include "sql/edits/slots.hpp"
#include "sql/edits/volatile_functions.hpp"
#include "sql/resolve/levels.hpp"

#include "sql/parse/pg_nodes.hpp"

// People that a statement shows which changes rows: RETURNING carries their keys, also where the client asked
// for no rows, because the row count tells who exists.
namespace sql::edits {

using resolve::FromItem;
using resolve::Query;

namespace {

/// How many values an expression has that is a literal or a parameter, cast or not, or a CASE of such;
/// nullopt: it is another.
std::optional<int> constant_results(const Node* value) {
    while (IsA(value, TypeCast))
        value = reinterpret_cast<const TypeCast*>(value)->arg;
    if (IsA(value, A_Const) || IsA(value, ParamRef) || IsA(value, SetToDefault)) return 1;
    if (!IsA(value, CaseExpr)) return std::nullopt;
    const auto* choice = reinterpret_cast<const CaseExpr*>(value);
    int values = 0;
    const auto add = [&](const Expr* result) {
        const auto more =
            result == nullptr ? std::optional(0) : constant_results(reinterpret_cast<const Node*>(result));
        if (more) values += *more;
        return more.has_value();
    };
    const ListCell* c = nullptr;
    foreach (c, choice->args) {
        if (!add(static_cast<const CaseWhen*>(lfirst(c))->result)) return std::nullopt;
    }
    return add(choice->defresult) ? std::optional(values) : std::nullopt;
}

}  // namespace

Result<void> Rewriter::count_compared_values(const Query& query) {
    const resolve::Modify& modify = *query.modify;
    const bool merges = modify.kind == resolve::Modify::Kind::merge;
    const bool by_query = merges || (modify.source != nullptr && modify.source->kind != Query::Kind::values);
    int values = counted_.has_subjects(*modify.target) ? counted_.compared_values(modify) : 0;
    // A row that ON CONFLICT leaves out tells that somebody has its values, and RETURNING does not say who.
    if (values == 0 && modify.skips_rows && counted_.has_subjects(*modify.target))
        values = by_query || modify.source == nullptr ? 1 : list_length(modify.source->node->valuesLists);
    const int location = modify.target->range_var->location;
    bool by_rows = by_query;
    const bool updates = modify.kind == resolve::Modify::Kind::update && !changes_one_row(query);
    if (values > 0 && (merges || updates)) {
        const auto written = values_of_many_rows(query);
        if (!written)
            return not_countable("values that are worked out for each row and written into a unique column",
                                 "Write what the rows of FROM hold, or change one row at a time, by its key.",
                                 location);
        values += written->others;
        by_rows = by_rows || written->of_source;
    }
    if (values == 0 || !by_rows) return count_searched(values, location);
    const Query& source = modify.source != nullptr && !merges ? *modify.source : query;
    const auto rows = !merges && is_one_row_at_most(found_, source, shared_.catalog)
                          ? SentRows{.values = 1}
                          : sent_rows(found_, source);
    if (!rows) {
        return not_countable("values that a query writes into a unique column",
                             "Select the rows first, then insert them as VALUES.", location);
    }
    for (const int parameter : rows->arrays) {
        shared_.searched_arrays.push_back(
            {.parameter = parameter, .values = values, .beside_last = &parameter != rows->arrays.data()});
    }
    return count_searched(values * rows->values, location);
}

// By its key: of the tables that it reads, and of the one that it changes.
bool Rewriter::changes_one_row(const Query& query) const {
    return !query.leaves.empty() && is_one_row_at_most(found_, query, shared_.catalog);
}

// A change of many rows writes each value once, or fails. nullopt: they are worked out of the rows that it
// changes.
std::optional<Rewriter::ValuesOfRows> Rewriter::values_of_many_rows(const Query& query) const {
    const resolve::Modify& modify = *query.modify;
    ValuesOfRows values;
    for (const resolve::Assignment& assignment : modify.assignments) {
        if (assignment.clause != resolve::Assignment::Clause::update ||
            !counted_.is_compared(modify, assignment))
            continue;
        if (assignment.value == nullptr) return std::nullopt;
        if (const auto written = constant_results(*assignment.value)) {
            values.others += *written - 1;
        } else if (is_of_source(query, *assignment.value)) {
            values.of_source = true;
        } else {
            return std::nullopt;
        }
    }
    return values;
}

// One value for each row of FROM or USING, into whatever rows of the target it is written.
bool Rewriter::is_of_source(const Query& query, Node* value) const {
    const auto in_value = [value](const void* node) { return stands_in(node, value); };
    return std::ranges::none_of(query.sub_queries,
                                [&](const Query* inner) { return in_value(inner->link); }) &&
           std::ranges::none_of(
               found_.functions,
               [&](const resolve::FunctionMention& function) {
                   return (function.schema != "pg_catalog" || is_volatile_function(function.name)) &&
                          in_value(function.call);
               }) &&
           std::ranges::none_of(found_.bound, [&](const auto& bound) {
               return bound.second.item == query.modify->target && in_value(bound.first);
           });
}

bool Rewriter::is_assigned(const FromItem& target, AttributeNumber number) const {
    const auto modify = std::ranges::find(found_.modifies, &target, &resolve::Modify::target);
    return modify != found_.modifies.end() &&
           std::ranges::any_of(modify->assignments, [&](const resolve::Assignment& assignment) {
               return assignment.clause == resolve::Assignment::Clause::update &&
                      assignment.column->number == number;
           });
}

// ON CONFLICT (id) DO UPDATE SET id = excluded.id, as object mappers write it: the row that was there has it.
bool Rewriter::keeps_key(const resolve::Modify& modify, AttributeNumber key) const {
    if (modify.conflict_columns.size() != 1 || modify.conflict_columns.front()->number != key) return false;
    return std::ranges::all_of(modify.assignments, [&](const resolve::Assignment& assignment) {
        if (assignment.clause != resolve::Assignment::Clause::update || assignment.column->number != key)
            return true;
        const auto bound =
            assignment.value == nullptr ? found_.bound.end() : found_.bound.find(*assignment.value);
        if (bound == found_.bound.end() || bound->second.item != modify.excluded || bound->second.column < 0)
            return false;
        const Column* column =
            modify.excluded->columns[static_cast<std::size_t>(bound->second.column)].attribute;
        return column != nullptr && column->number == key;
    });
}

// Its people ride in RETURNING, all of them in each row. Where ON CONFLICT leaves every row out, nobody was
// found that is not there already: an answer without rows.
Result<void> Rewriter::check_source(const resolve::Modify& modify) {
    if (modify.source == nullptr || !counted_.read_by(*modify.source)) return {};
    const Query& source = *modify.source;
    if (source.node->lockingClause != nullptr || is_table_command(source)) {
        return not_countable("this INSERT of a query over their table",
                             "Write SELECT ... FROM, without FOR UPDATE or FOR SHARE.",
                             modify.target->range_var->location);
    }
    return {};
}

Result<void> Rewriter::check_changes() {
    for (const Query& query : found_.queries) {
        const resolve::Modify* modify = query.modify;
        if (modify == nullptr) continue;
        if (auto done = count_compared_values(query); !done) return done;
        if (counted_.inserts_only(*modify->target))
            shared_.entered.merge(counted_subjects(shared_.treatment, modify->target->treatment));
        if (auto done = check_source(*modify); !done) return done;
        if (counted_.read_by(query) && !comes_out_whole(found_, query)) {
            return not_countable("a WITH query whose rows do not all come out",
                                 "Read it alone in FROM, without WHERE, LIMIT or DISTINCT, or send it as a "
                                 "statement of its own.",
                                 modify->target->range_var->location);
        }
        if (counted_.contains(*modify->target) && !shared_.paid) {
            for (const SubjectKey& subject : modify->target->treatment->subjects) {
                if (!is_assigned(*modify->target, subject.column) || keeps_key(*modify, subject.column) ||
                    may_hold_key(*modify, subject.column))
                    continue;
                return not_countable("a statement that changes whose rows they are",
                                     "Leave the column that names the " + subject.kind + " as it is.",
                                     modify->target->range_var->location);
            }
        }
        if (auto done = check_sub_queries(query); !done) return done;
    }
    return {};
}

// RETURNING sees new values: what a sub-query was asked with before the change is not known there.
Result<void> Rewriter::check_sub_queries(const Query& query) const {
    const FromItem& target = *query.modify->target;
    for (const Query* inner : query.sub_queries) {
        if (!counted_.read_by(*inner)) continue;
        const auto is_changed = [&](const auto& bound) {
            const resolve::Reference& reference = bound.second;
            if (reference.item != &target) return false;
            if (!resolve::is_inside(reference.written_in, *inner) &&
                !stands_in(bound.first, inner->link->testexpr))
                return false;
            if (reference.column < 0) return true;  // the whole row
            const Column* column = target.columns[static_cast<std::size_t>(reference.column)].attribute;
            return is_assigned(target, column->number);
        };
        if (std::ranges::any_of(found_.bound, is_changed)) {
            return not_countable("a sub-query that hangs on a changed column",
                                 "Join the table in FROM, or change the column in another statement.",
                                 target.range_var->location);
        }
    }
    return {};
}

}  // namespace sql::edits
