#include "sql/edits/numbered_rows.hpp"

#include <algorithm>

#include "sql/edits/column_equalities.hpp"
#include "sql/edits/errors.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

using resolve::Assignment;
using resolve::FromItem;
using resolve::Modify;
using resolve::Query;

Error numbers_rows(const Column& column, int location) {
    return error_at(Errc::not_countable,
                    "column \"" + column.name +
                        "\" is numbered by the database, which would tell how many people there are",
                    "Select the rows first, then insert them as VALUES, or give the column values.",
                    location);
}

/// A table by its primary key: what such a query inserts is told by a miss.
bool reads_one_row(const resolve::Resolution& text, const Query& query) {
    if (query.kind != Query::Kind::select || query.sets || query.from.size() != 1 || !query.ctes.empty())
        return false;
    const FromItem& item = *query.from.front();
    if (item.kind != FromItem::Kind::relation || item.relation->primary_key.empty()) return false;
    const Equalities equalities = equalities_of(text, query);
    return std::ranges::all_of(item.relation->primary_key, [&](AttributeNumber number) {
        return std::ranges::any_of(equalities.values, [&](const auto& one) {
            const auto& [from, index] = one.first;
            return from == &item && index >= 0 &&
                   item.columns[static_cast<std::size_t>(index)].attribute->number == number;
        });
    });
}

/// The column of the table that a column of an updatable view is.
const Column* of_table(const Modify& modify, const Column& column) {
    return modify.through ? modify.through->of_table(column) : &column;
}

/// A column of the table that INSERT gives no value, or none that counts.
const Column* left_to_the_database(const Modify& modify) {
    const bool overrides =
        reinterpret_cast<const InsertStmt*>(modify.node)->override == OVERRIDING_USER_VALUE;
    const Relation& table = modify.through ? *modify.through->table : *modify.target->relation;
    const auto is_given = [&](const Column& column) {
        return std::ranges::any_of(modify.assignments, [&](const Assignment& assignment) {
            const Column* given = of_table(modify, *assignment.column);
            return assignment.clause == Assignment::Clause::insert && given != nullptr &&
                   given->number == column.number;
        });
    };
    const auto column = std::ranges::find_if(
        table.columns, [&](const Column& one) { return one.numbered && (overrides || !is_given(one)); });
    return column == table.columns.end() ? nullptr : &*column;
}

/// A column that SET gives its default.
const Column* set_to_default(const Modify& modify) {
    for (const Assignment& assignment : modify.assignments) {
        if (assignment.clause != Assignment::Clause::update || !assignment.is_default) continue;
        const Column* column = of_table(modify, *assignment.column);
        if (column != nullptr && column->numbered) return column;
    }
    return nullptr;
}

}  // namespace

Result<void> check_numbers(const resolve::Resolution& text, const CountedRelations& counted) {
    for (const resolve::FunctionMention& function : text.functions) {
        const bool takes =
            function.schema == "pg_catalog" && (function.name == "nextval" || function.name == "setval");
        if (!takes || !counted.read_by(*text.root)) continue;
        return error_at(Errc::not_countable,
                        function.name + "() beside people who are counted would tell how many there are",
                        "Take the number in a statement of its own.", function.location);
    }
    for (const Query& query : text.queries) {
        const Modify* modify = query.modify;
        if (modify == nullptr) continue;
        const int location = modify->target->range_var->location;
        const Column* numbered = counted.read_by(query) ? set_to_default(*modify) : nullptr;
        if (numbered != nullptr) return numbers_rows(*numbered, location);
        const bool inserts_people = modify->source != nullptr &&
                                    modify->source->kind != Query::Kind::values &&
                                    counted.read_by(*modify->source);
        if (!inserts_people || reads_one_row(text, *modify->source)) continue;
        if (const Column* column = left_to_the_database(*modify)) return numbers_rows(*column, location);
    }
    return {};
}

}  // namespace sql::edits
