#include "sql/edits/grouped_query.hpp"

#include <algorithm>
#include <string_view>

#include "sql/edits/errors.hpp"
#include "sql/edits/person_tables.hpp"
#include "sql/edits/plain_select.hpp"
#include "sql/resolve/levels.hpp"
#include "sql/resolve/resolver.hpp"
#include "sql/summaries.hpp"
#include "sql/summed_values.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

Error shows_rows(std::string message, int location) {
    return not_aggregated(
        std::move(message),
        "Select aggregates such as count(*) or avg(column), grouped by columns that are shown in clear.",
        location);
}

Error tells_of_one(const resolve::Call& call) {
    const bool extreme = call.name == "min" || call.name == "max";
    return not_aggregated(
        "this call of " + call.name + " may tell the value of a single person",
        extreme ? "Group first: SELECT max(day) FROM (SELECT created_at::date AS day FROM ... "
                  "GROUP BY 1) AS days."
                : "Use count, sum, avg, stddev or variance, of columns that are shown in clear, and in "
                  "types that hold every result: a sum of x::numeric.",
        call.node->location);
}

}  // namespace

GroupedQuery::GroupedQuery(parse::TreeMemory& memory, const Catalog& catalog, const resolve::Resolution& text,
                           const Query& query)
    : memory_(memory), catalog_(catalog), text_(text), query_(query) {}

Result<void> GroupedQuery::check(int min_group) const {
    const RangeVar* first = query_.leaves.front()->range_var;
    const int location = first == nullptr ? -1 : first->location;
    if (!query_.grouped()) return shows_rows("only aggregates may be selected from this table", location);
    if (query_.sets)
        return not_aggregated(
            "set-returning functions may not be used over these rows",
            "Use them over the groups: SELECT ... FROM (SELECT ... GROUP BY ...) AS groups.", location);
    // A value, or a list, that can be asked for by itself, beside groups. An aggregate in it over columns of
    // these rows would be one of this level.
    const auto is_beside = [&](const SubLink* link) {
        return link != nullptr && (link->subLinkType == EXPR_SUBLINK ||
                                   (link->subLinkType == ANY_SUBLINK && link->operName == nullptr &&
                                    only_aggregates(link->testexpr)));
    };
    if (!std::ranges::all_of(query_.sub_queries, [&](const Query* inner) {
            return is_beside(inner->link) && inner->kind == Query::Kind::select && inner->after_grouping &&
                   !reads_outer_columns(*inner) && !reads_unnamed_columns(*inner);
        }))
        return shows_rows(
            "sub-queries over these rows may only be values that can be asked for by themselves", location);
    // What stands around is computed from what the client likes, and may fail where a row is equal to it.
    if (reads_outer_columns(query_))
        return shows_rows("a sub-query over these rows may not use columns of the query around it", location);
    if (auto done = check_sources(location); !done) return done;
    for (const Node* key : keys()) {
        if (!may_be_key(key))
            return shows_rows(
                "rows may be grouped only by columns that are shown in clear, or by what of them cannot fail",
                location);
        if (min_group > 1 && !has_grouping_sets() && is_of_one(key)) {
            return not_aggregated("groups of one person each are never shown",
                                  "Leave that column out of GROUP BY; count(DISTINCT ...) counts people.",
                                  location);
        }
    }
    if (auto done = check_outputs(location); !done) return done;
    return check_order(location);
}

// By its own text it must tell what each column in it is: a query of WITH stands elsewhere.
bool GroupedQuery::reads_unnamed_columns(const Query& query) const {
    return std::ranges::any_of(text_.items, [&](const FromItem& item) {
        if (!resolve::is_inside(item.level, query)) return false;
        if (item.kind == FromItem::Kind::subselect)
            return item.query->kind != Query::Kind::select || !item.query->stars.empty();
        return item.kind == FromItem::Kind::cte || item.kind == FromItem::Kind::function;
    });
}

Result<void> GroupedQuery::check_sources(int location) const {
    for (const FromItem* item : query_.leaves) {
        // Whoever may join his own list of people may leave one out.
        if (item->kind != FromItem::Kind::relation && item->kind != FromItem::Kind::function &&
            !is_person_table(*item))
            return shows_rows("only tables may be joined to these rows", location);
        // What LATERAL computes over a row would be an expression inside of an aggregate.
        const bool lateral = item->kind == FromItem::Kind::function ||
                             (item->subselect != nullptr && item->subselect->lateral);
        if (lateral)
            return shows_rows("LATERAL and functions in FROM may not be used over these rows", location);
        // Two samples that differ by one row would tell of it.
        if (item->sample != nullptr)
            return shows_rows("TABLESAMPLE may not be used over these rows", location);
        if (item->unreachable && item->treatment != nullptr && !item->treatment->subjects.empty())
            return shows_rows("a join with an alias may not be used over these rows", location);
    }
    for (const FromItem* item : query_.from) {
        if (auto done = check_joins(*item); !done) return done;
    }
    // Else everybody counts as often as there are others like him: sums of such joins tell single ones apart.
    if (!joins_by_keys())
        return not_aggregated(
            "tables may be joined here only by whom they are about, or by the primary key of one of them, "
            "and by "
            "nothing besides",
            "Join people by the columns that name them, others by the key of the row that is referred to; "
            "ask what "
            "else is to hold in WHERE, of one column each.",
            location);
    return {};
}

Result<void> GroupedQuery::check_joins(const FromItem& item) const {
    if (item.kind != FromItem::Kind::join) return {};
    if (auto done = check_joins(*item.left); !done) return done;
    if (auto done = check_joins(*item.right); !done) return done;
    for (const resolve::ItemColumn& column : item.columns) {
        if (column.merged == nullptr) continue;
        if (column.shown != resolve::Shown::open)
            return not_aggregated("tables may be joined here only by columns that are shown in clear",
                                  "Join them by another column.", -1);
        if (!join_without_failing({column.origin, column.origin_column},
                                  {column.merged, column.merged_column}))
            return not_aggregated("tables may be joined here only by columns of one type and collation",
                                  "Join them by another column.", -1);
    }
    const Node* quals = item.join->quals;
    if (quals == nullptr || joins_columns(quals)) return {};
    if (IsA(quals, BoolExpr) && reinterpret_cast<const BoolExpr*>(quals)->boolop == AND_EXPR) {
        const ListCell* c = nullptr;
        bool all = true;
        foreach (c, reinterpret_cast<const BoolExpr*>(quals)->args)
            all = all && joins_columns(static_cast<const Node*>(lfirst(c)));
        if (all) return {};
    }
    return not_aggregated("tables may be joined here only where a column of one equals a column of the other",
                          "Put other conditions into WHERE, or, where rows without a partner are to stay, "
                          "into the FILTER of aggregates.",
                          -1);
}

Result<void> GroupedQuery::check_outputs(int location) const {
    const SelectStmt* select = query_.node;
    const ListCell* c = nullptr;
    foreach (c, select->targetList) {
        const auto* target = static_cast<const ResTarget*>(lfirst(c));
        if (only_aggregates(target->val)) continue;
        for (const resolve::Call* call : query_.calls) {
            if (call->role == resolve::CallRole::aggregate && !allowed_aggregate(call->node))
                return tells_of_one(*call);
        }
        return shows_rows("only aggregates and grouped columns may be selected from this table",
                          target->location);
    }
    if (!only_aggregates(select->havingClause))
        return shows_rows("HAVING may compare only aggregates and grouped columns here", location);
    foreach (c, select->windowClause) {
        if (!over_groups(static_cast<const WindowDef*>(lfirst(c))))
            return shows_rows("a window may be made only over aggregates and grouped columns here", location);
    }
    return {};
}

Result<void> GroupedQuery::check_order(int location) const {
    const SelectStmt* select = query_.node;
    const ListCell* c = nullptr;
    foreach (c, select->sortClause) {
        Node* key = static_cast<const SortBy*>(lfirst(c))->node;
        const bool named = IsA(key, A_Const) || (IsA(key, ColumnRef) && !text_.bound.contains(key));
        if (!named && !only_aggregates(key))
            return shows_rows("rows may be ordered only by aggregates and grouped columns here", location);
    }
    if (select->distinctClause != nullptr && linitial(select->distinctClause) != nullptr)
        return shows_rows("DISTINCT ON may not be used over these rows", location);
    return {};
}

bool GroupedQuery::allowed_aggregate(const FuncCall* call) const {
    if (call->func_variadic || call->agg_order != nullptr) return false;
    const std::string_view name = resolve::string_value(llast(call->funcname));
    if ((name == "min" || name == "max") && list_length(call->args) == 1)
        return is_key(static_cast<Node*>(linitial(call->args))) && !has_grouping_sets();
    // What is summed once for all who have it may be one person's.
    if (!is_summary_name(name) || (call->agg_distinct && name != "count")) return false;
    const ListCell* c = nullptr;
    foreach (c, call->args) {
        Node* value = static_cast<Node*>(lfirst(c));
        const bool counted = name == "count" && call->agg_distinct && may_be_counted(value);
        if (counted) continue;
        if (!may_be_summed(value) || (IsA(value, CaseExpr) && list_length(call->args) > 1)) return false;
        if (name != "count" && !weighs_each(value, is_one_of(name, "sum", "avg") ? most_factors : 1))
            return false;
        if (call->agg_distinct && !compares_columns(value)) return false;
        // The sum and the variance of keys tell which ones they are of.
        const auto names_some = [this](Node* result) { return names_people(result); };
        if (name != "count" && std::ranges::any_of(results_of(value), names_some)) return false;
    }
    return true;
}

// There, a key has many values in the groups of the other sets.
bool GroupedQuery::has_grouping_sets() const { return groups_by_sets(query_.node); }

bool GroupedQuery::over_groups(const WindowDef* window) const {
    const ListCell* c = nullptr;
    foreach (c, window->partitionClause) {
        if (!only_aggregates(static_cast<Node*>(lfirst(c)))) return false;
    }
    foreach (c, window->orderClause) {
        if (!only_aggregates(static_cast<const SortBy*>(lfirst(c))->node)) return false;
    }
    return only_aggregates(window->startOffset) && only_aggregates(window->endOffset);
}

// An expression over aggregates of the group, its grouping keys and constants.
bool GroupedQuery::only_aggregates(Node* node) const {
    if (node == nullptr) return true;
    if (is_key(node) || hangs_on_keys(node)) return true;
    const auto all = [&](const List* list) {
        const ListCell* e = nullptr;
        foreach (e, list) {
            if (!only_aggregates(static_cast<Node*>(lfirst(e)))) return false;
        }
        return true;
    };
    switch (nodeTag(node)) {
        case T_A_Const:
        case T_ParamRef:
        case T_SQLValueFunction:
        case T_GroupingFunc: return true;
        case T_List: return all(reinterpret_cast<List*>(node));
        case T_BoolExpr: return all(reinterpret_cast<BoolExpr*>(node)->args);
        case T_CoalesceExpr: return all(reinterpret_cast<CoalesceExpr*>(node)->args);
        case T_MinMaxExpr: return all(reinterpret_cast<MinMaxExpr*>(node)->args);
        case T_NullTest:
            return only_aggregates(reinterpret_cast<Node*>(reinterpret_cast<NullTest*>(node)->arg));
        case T_TypeCast: return only_aggregates(reinterpret_cast<TypeCast*>(node)->arg);
        case T_SubLink: return true;  // check() has seen its kind
        case T_BooleanTest:
            return only_aggregates(reinterpret_cast<Node*>(reinterpret_cast<BooleanTest*>(node)->arg));
        case T_CaseExpr: {
            const auto* expr = reinterpret_cast<CaseExpr*>(node);
            return only_aggregates(reinterpret_cast<Node*>(expr->arg)) && all(expr->args) &&
                   only_aggregates(reinterpret_cast<Node*>(expr->defresult));
        }
        case T_CaseWhen: {
            const auto* when = reinterpret_cast<CaseWhen*>(node);
            return only_aggregates(reinterpret_cast<Node*>(when->expr)) &&
                   only_aggregates(reinterpret_cast<Node*>(when->result));
        }
        case T_CollateClause: return only_aggregates(reinterpret_cast<CollateClause*>(node)->arg);
        case T_A_Expr:
            return only_aggregates(reinterpret_cast<A_Expr*>(node)->lexpr) &&
                   only_aggregates(reinterpret_cast<A_Expr*>(node)->rexpr);
        case T_FuncCall: {
            const auto* call = reinterpret_cast<const FuncCall*>(node);
            // Windows are made of the groups that HAVING leaves.
            if (call->over != nullptr)
                return all(call->args) && only_aggregates(call->agg_filter) && over_groups(call->over);
            const bool aggregate = std::ranges::any_of(
                query_.calls, [&](const resolve::Call* one) { return one->node == call; });
            if (aggregate) return allowed_aggregate(call);
            return call->agg_filter == nullptr && all(call->args);
        }
        default: return false;  // a column outside of an aggregate, or something not thought of
    }
}

}  // namespace sql::edits
