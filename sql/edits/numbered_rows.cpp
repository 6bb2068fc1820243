#include "sql/edits/numbered_rows.hpp"

#include <algorithm>
#include <set>

#include "sql/edits/column_equalities.hpp"
#include "sql/edits/errors.hpp"
#include "sql/edits/plain_select.hpp"
#include "sql/heirs.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

using resolve::Assignment;
using resolve::FromItem;
using resolve::Modify;
using resolve::Query;

Error numbers_rows(const Column& column, int location) {
    return error_at(
        Errc::not_countable,
        "column \"" + column.name +
            "\" is numbered by the database, which would tell how many people there are",
        "Insert one row (by a unique column, or LIMIT 1), give the column values, or select the rows "
        "first and insert them as VALUES.",
        location);
}

/// A condition that every row fulfils searches a unique column for one value.
bool searches_one_value(const resolve::Resolution& text, const Query& query, const FromItem& item) {
    const auto is_unique_search = [&](const Node* condition) {
        return IsA(condition, A_Expr) && reinterpret_cast<const A_Expr*>(condition)->kind == AEXPR_OP &&
               std::ranges::any_of(text.searches, [&](const resolve::Search& search) {
                   return *search.slot == condition && search.item == &item && !search.folded &&
                          item.columns[static_cast<std::size_t>(search.column)].attribute->unique;
               });
    };
    const Node* where = query.node->whereClause;
    if (where == nullptr || !IsA(where, BoolExpr)) return where != nullptr && is_unique_search(where);
    const auto* parts = reinterpret_cast<const BoolExpr*>(where);
    const ListCell* c = nullptr;
    foreach (c, parts->args) {
        if (parts->boolop == AND_EXPR && is_unique_search(static_cast<const Node*>(lfirst(c)))) return true;
    }
    return false;
}

/// A query of WITH or FROM that gives each row of its own once, or what a change in WITH returns.
bool passes_rows_on(const FromItem& item) {
    const bool of_a_query = item.kind == FromItem::Kind::subselect ||
                            (item.kind == FromItem::Kind::cte && item.cte != nullptr && !item.cte->recursive);
    if (!of_a_query || item.query == nullptr) return false;
    const Query& query = *item.query;
    const bool changes = query.modify != nullptr && query.modify->source == nullptr &&
                         query.modify->kind != Modify::Kind::merge && !query.modify->through;
    return query.kind == Query::Kind::select && !query.sets && !query.grouped() &&
           (query.modify == nullptr || changes);
}

/// Tables by their primary keys or other unique columns: the first by values, others by columns of its row.
bool reads_one_row(const resolve::Resolution& text, const Query& query, const Catalog& catalog) {
    if (query.leaves.empty() || !query.ctes.empty()) return false;
    const Equalities equalities = equalities_of(text, query);
    std::set<const FromItem*> known;
    const auto is_given = [&](const FromItem& item, const Column& column) {
        const auto is_it = [&](const Place& place) {
            return place.first == &item && place.second >= 0 && column_at(place).attribute != nullptr &&
                   column_at(place).attribute->number == column.number &&
                   column_at(place).shown == resolve::Shown::open;
        };
        return std::ranges::any_of(equalities.values, [&](const auto& one) { return is_it(one.first); }) ||
               std::ranges::any_of(equalities.columns, [&](const auto& both) {
                   return is_it(both.second) && known.contains(both.first.first) &&
                          column_at(both.first).shown == resolve::Shown::open;
               });
    };
    const auto is_one = [&](const FromItem& item) {
        if (passes_rows_on(item)) return reads_one_row(text, *item.query, catalog);
        if (item.kind != FromItem::Kind::relation || has_heirs(*item.relation, catalog)) return false;
        const Relation& table = *item.relation;
        const bool by_key =
            !table.primary_key.empty() && std::ranges::all_of(table.primary_key, [&](AttributeNumber number) {
                const Column* column = table.column(number);
                return column != nullptr && is_given(item, *column);
            });
        return by_key || searches_one_value(text, query, item) ||
               std::ranges::any_of(table.columns, [&](const Column& column) {
                   return column.unique && is_given(item, column);
               });
    };
    for (bool more = true; more;) {
        more = false;
        for (const FromItem* item : query.leaves)
            more = (!known.contains(item) && is_one(*item) && known.insert(item).second) || more;
    }
    return known.size() == query.leaves.size();
}

/// The library's own number for LIMIT and FETCH FIRST without WITH TIES (sql/parse/pg_nodes.hpp).
constexpr int limit_count = 1;

bool is_limited_to_one(const SelectStmt* select) {
    if (select->limitCount == nullptr || !IsA(select->limitCount, A_Const)) return false;
    const auto* count = reinterpret_cast<const A_Const*>(select->limitCount);
    return static_cast<int>(select->limitOption) == limit_count && !count->isnull &&
           IsA(&count->val, Integer) && count->val.ival.ival == 1;
}

/// All rows that an INSERT in WITH wrote, which are those that the client sent. Nothing in it is made of
/// people, so that none of them fails by one.
bool reads_sent_rows(const Query& query) {
    const SelectStmt* select = query.node;
    if (query.from.size() != 1 || query.from.front()->kind != FromItem::Kind::cte ||
        select->whereClause != nullptr || select->distinctClause != nullptr || query.grouped() ||
        !query.sub_queries.empty() || select->limitCount != nullptr || select->limitOffset != nullptr)
        return false;
    const Query* written = query.from.front()->query;
    const Modify* modify = written == nullptr ? nullptr : written->modify;
    return modify != nullptr && modify->kind == Modify::Kind::insert && modify->source != nullptr &&
           modify->source->kind == Query::Kind::values && written->sub_queries.empty() &&
           modify->source->sub_queries.empty() && written->ctes.empty() &&
           reinterpret_cast<const InsertStmt*>(modify->node)->onConflictClause == nullptr;
}

/// What such a query inserts is told by a miss, or by nothing.
bool tells_no_number(const resolve::Resolution& text, const Query& query, const Catalog& catalog) {
    return is_one_row_at_most(text, query, catalog) ||
           (query.kind == Query::Kind::select && !query.sets && reads_sent_rows(query));
}

/// The column of the table that a column of an updatable view is.
const Column* of_table(const Modify& modify, const Column& column) {
    return modify.through ? modify.through->of_table(column) : &column;
}

/// A numbered column of a table behind a view that is changed as it is.
const Column* numbered_behind(const Relation& view, const Catalog& catalog, int depth = 0) {
    constexpr int deepest = 32;
    for (const Oid oid : view.sources) {
        const Relation* source = catalog.relation(oid);
        if (source == nullptr || depth > deepest) continue;
        const auto column = std::ranges::find_if(source->columns, &Column::numbered);
        if (column != source->columns.end()) return &*column;
        if (const Column* deeper = numbered_behind(*source, catalog, depth + 1)) return deeper;
    }
    return nullptr;
}

/// A column of the table that INSERT gives no value, or none that counts.
const Column* left_to_the_database(const Modify& modify, const Catalog& catalog) {
    const bool overrides =
        reinterpret_cast<const InsertStmt*>(modify.node)->override == OVERRIDING_USER_VALUE;
    if (!modify.through && modify.target->relation->kind == RelationKind::view)
        return numbered_behind(*modify.target->relation, catalog);
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

/// Several rows may be written, and what is made of people decides at which of them it fails: a sub-query in
/// VALUES, RETURNING or ON CONFLICT.
bool stops_by_people(const resolve::Resolution& text, const CountedRelations& counted, const Query& query,
                     const Catalog& catalog) {
    const Query& source = *query.modify->source;
    const bool one_row = source.kind == Query::Kind::values ? list_length(source.node->valuesLists) <= 1
                                                            : tells_no_number(text, source, catalog);
    const auto reads_people = [&](const Query* inner) { return counted.read_by(*inner); };
    return !one_row && (std::ranges::any_of(query.sub_queries, reads_people) ||
                        std::ranges::any_of(source.sub_queries, reads_people));
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

bool is_one_row_at_most(const resolve::Resolution& text, const Query& query, const Catalog& catalog) {
    if (is_limited_to_one(query.node)) return true;
    if (query.kind != Query::Kind::select || query.sets || groups_by_sets(query.node)) return false;
    const bool one_row = query.from.empty() && query.node->valuesLists == nullptr;
    const bool one_group =
        query.aggregates && query.node->groupClause == nullptr && query.node->havingClause == nullptr;
    return one_row || one_group || reads_one_row(text, query, catalog);
}

Result<void> check_numbers(const resolve::Resolution& text, const CountedRelations& counted,
                           const Catalog& catalog) {
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
        if (modify->source == nullptr) continue;
        const bool inserts_people = modify->source->kind != Query::Kind::values &&
                                    counted.read_by(*modify->source) &&
                                    !tells_no_number(text, *modify->source, catalog);
        if (!inserts_people && !stops_by_people(text, counted, query, catalog)) continue;
        if (const Column* column = left_to_the_database(*modify, catalog))
            return numbers_rows(*column, location);
    }
    return {};
}

}  // namespace sql::edits
