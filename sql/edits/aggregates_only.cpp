#include <algorithm>
#include <array>
#include <string_view>

#include "sql/edits/rewriter.hpp"
#include "sql/functions.hpp"
#include "sql/print/quote.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

// Aggregates whose result is one number or truth value over the group. Those that collect values are not
// here.
constexpr std::array<std::string_view, 31> summaries = {
    "count",          "sum",         "avg",       "min",       "max",        "stddev",
    "stddev_pop",     "stddev_samp", "variance",  "var_pop",   "var_samp",   "bool_and",
    "bool_or",        "every",       "bit_and",   "bit_or",    "bit_xor",    "corr",
    "covar_pop",      "covar_samp",  "regr_avgx", "regr_avgy", "regr_count", "regr_intercept",
    "regr_r2",        "regr_slope",  "regr_sxx",  "regr_sxy",  "regr_syy",   "percentile_cont",
    "percentile_disc"};

bool is_summary(std::string_view name) { return std::ranges::find(summaries, name) != summaries.end(); }

Error not_aggregated(std::string message, int location) {
    Error error{
        .code = Errc::not_aggregated,
        .message = std::move(message),
        .hint =
            "Select aggregates such as count(*) or avg(column), grouped by columns that are shown in clear."};
    if (location >= 0) error.offset = static_cast<std::size_t>(location);
    return error;
}

bool is_plain_argument(const Node* node) { return IsA(node, ColumnRef) || IsA(node, A_Const); }

struct Columns {
    std::vector<const Node*> found;
};

bool collect(Node* node, void* context) {
    if (node == nullptr) return false;
    if (IsA(node, ColumnRef)) {
        static_cast<Columns*>(context)->found.push_back(node);
        return false;
    }
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect), context);
}

}  // namespace

bool Rewriter::reads_treated(const Query& query) const {
    return std::ranges::any_of(query.leaves, [](const FromItem* item) {
        return item->kind == FromItem::Kind::relation && item->treatment != nullptr;
    });
}

Result<void> Rewriter::require_aggregates() {
    if (!shared_.treatment.aggregates_only) return {};
    for (Query& query : found_.queries) {
        if (!reads_treated(query)) continue;
        if (auto done = require_aggregates(query); !done) return done;
    }
    return {};
}

// Every level that reads rows of people shows groups only, each of enough people.
Result<void> Rewriter::require_aggregates(Query& query) {
    const SelectStmt* select = query.node;
    const int location =
        query.leaves.front()->range_var == nullptr ? -1 : query.leaves.front()->range_var->location;
    if (!query.grouped()) return not_aggregated("only aggregates may be selected from this table", location);
    if (query.windows || query.sets)
        return not_aggregated("window and set-returning functions may not be used over these rows", location);
    if (!query.sub_queries.empty())
        return not_aggregated("sub-queries in expressions may not be used over these rows", location);
    for (const FromItem* item : query.leaves) {
        // What LATERAL computes over a row would be an expression inside of an aggregate.
        const bool lateral = item->kind == FromItem::Kind::function ||
                             (item->subselect != nullptr && item->subselect->lateral);
        if (lateral)
            return not_aggregated("LATERAL and functions in FROM may not be used over these rows", location);
    }
    const ListCell* c = nullptr;
    foreach (c, select->groupClause) {
        const Node* key = static_cast<const Node*>(lfirst(c));
        if (IsA(key, A_Const) || found_.bound.contains(key) || !IsA(key, ColumnRef)) {
            if (open_columns_only(const_cast<Node*>(key))) continue;
        } else {
            continue;  // the name of an output column, which is looked at below
        }
        return not_aggregated("rows may be grouped only by columns that are shown in clear", location);
    }
    foreach (c, select->targetList) {
        const auto* target = static_cast<const ResTarget*>(lfirst(c));
        const int index = static_cast<int>(foreach_current_index(c)) + 1;
        if (only_aggregates(query, target->val) ||
            (groups_by_ordinal(query, index, target) && open_columns_only(target->val)))
            continue;
        return not_aggregated("only aggregates and grouped columns may be selected from this table",
                              target->location);
    }
    if (select->havingClause != nullptr && !only_aggregates(query, select->havingClause)) {
        return not_aggregated("HAVING may compare only aggregates and grouped columns here", location);
    }
    foreach (c, select->sortClause) {
        Node* key = static_cast<const SortBy*>(lfirst(c))->node;
        const bool named = IsA(key, A_Const) || (IsA(key, ColumnRef) && !found_.bound.contains(key));
        if (!named && !only_aggregates(query, key))
            return not_aggregated("rows may be ordered only by aggregates and grouped columns here",
                                  location);
    }
    if (select->distinctClause != nullptr && linitial(select->distinctClause) != nullptr) {
        return not_aggregated("DISTINCT ON may not be used over these rows", location);
    }
    std::vector<std::string> conditions;
    for (FromItem* item : query.leaves) {
        if (item->kind != FromItem::Kind::relation || item->treatment == nullptr) continue;
        for (const SubjectKey& subject : item->treatment->subjects) {
            if (item->unreachable)
                return not_aggregated("a join with an alias may not be used over these rows", location);
            auto key = key_column(*item, subject.column);
            if (!key) return key.error();
            conditions.push_back("\"pg_catalog\".\"count\"(DISTINCT " + *key +
                                 ") >= " + std::to_string(shared_.treatment.aggregates_only->min_group));
        }
    }
    return conditions.empty() ? Result<void>() : add_having(query, conditions);
}

// GROUP BY 1, or GROUP BY the target's own name.
bool Rewriter::groups_by_ordinal(const Query& query, int index, const ResTarget* target) const {
    const std::string name = resolve::output_name(target);
    const ListCell* c = nullptr;
    foreach (c, query.node->groupClause) {
        const Node* key = static_cast<const Node*>(lfirst(c));
        if (IsA(key, A_Const)) {
            const auto* constant = reinterpret_cast<const A_Const*>(key);
            if (!constant->isnull && IsA(&constant->val, Integer) && constant->val.ival.ival == index)
                return true;
        } else if (IsA(key, ColumnRef) && !found_.bound.contains(key) &&
                   name == strVal(linitial(reinterpret_cast<const ColumnRef*>(key)->fields))) {
            return true;
        }
    }
    return false;
}

bool Rewriter::open_columns_only(Node* node) const {
    Columns columns;
    collect(node, &columns);
    return std::ranges::all_of(columns.found, [&](const Node* ref) {
        const auto bound = found_.bound.find(ref);
        if (bound == found_.bound.end() || bound->second.column < 0) return false;
        return bound->second.item->columns[static_cast<std::size_t>(bound->second.column)].shown ==
               resolve::Shown::open;
    });
}

bool Rewriter::allowed_aggregate(const FuncCall* call) const {
    if (call->over != nullptr || call->agg_filter != nullptr || call->func_variadic) return false;
    if (!is_summary(resolve::string_value(llast(call->funcname)))) return false;
    const ListCell* c = nullptr;
    foreach (c, call->args) {
        const auto* argument = static_cast<const Node*>(lfirst(c));
        if (!is_plain_argument(argument)) return false;
        // A whole row, as in max(c), would be one person's.
        if (const auto bound = found_.bound.find(argument);
            bound != found_.bound.end() && bound->second.column < 0)
            return false;
    }
    foreach (c, call->agg_order) {
        if (!call->agg_within_group || !is_plain_argument(static_cast<const SortBy*>(lfirst(c))->node))
            return false;
    }
    return true;
}

// An expression over aggregates of the group, its grouping keys and constants.
bool Rewriter::only_aggregates(const Query& query, Node* node) const {
    if (node == nullptr) return true;
    const ListCell* c = nullptr;
    foreach (c, query.node->groupClause) {
        if (shared_.memory.equal(static_cast<const Node*>(lfirst(c)), node)) return open_columns_only(node);
    }
    if (is_same_column_as_key(query, node)) return open_columns_only(node);
    const auto all = [&](const List* list) {
        const ListCell* e = nullptr;
        foreach (e, list) {
            if (!only_aggregates(query, static_cast<Node*>(lfirst(e)))) return false;
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
            return only_aggregates(query, reinterpret_cast<Node*>(reinterpret_cast<NullTest*>(node)->arg));
        case T_TypeCast: return only_aggregates(query, reinterpret_cast<TypeCast*>(node)->arg);
        case T_CollateClause: return only_aggregates(query, reinterpret_cast<CollateClause*>(node)->arg);
        case T_A_Expr:
            return only_aggregates(query, reinterpret_cast<A_Expr*>(node)->lexpr) &&
                   only_aggregates(query, reinterpret_cast<A_Expr*>(node)->rexpr);
        case T_FuncCall: {
            const auto* call = reinterpret_cast<const FuncCall*>(node);
            const bool aggregate =
                std::ranges::any_of(query.calls, [&](const resolve::Call* one) { return one->node == call; });
            if (aggregate) return allowed_aggregate(call);
            return call->over == nullptr && call->agg_filter == nullptr && all(call->args);
        }
        default: return false;  // a column outside of an aggregate, or something not thought of
    }
}

// city and c.city are the same key.
bool Rewriter::is_same_column_as_key(const Query& query, const Node* node) const {
    const auto bound = found_.bound.find(node);
    if (bound == found_.bound.end()) return false;
    const ListCell* c = nullptr;
    foreach (c, query.node->groupClause) {
        const auto key = found_.bound.find(lfirst(c));
        if (key != found_.bound.end() && key->second.item == bound->second.item &&
            key->second.column == bound->second.column)
            return true;
    }
    return false;
}

}  // namespace sql::edits
