#include <algorithm>
#include <array>
#include <string_view>

#include "sql/edits/rewriter.hpp"
#include "sql/functions.hpp"
#include "sql/print/quote.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

// Aggregates whose result hangs on everybody in the group. Not min, max, percentiles and those that collect:
// what they show is one person's. Nor bool_or and the like, which one person decides.
constexpr std::array<std::string_view, 21> summaries = {
    "count",     "sum",       "avg",        "stddev",         "stddev_pop", "stddev_samp",
    "variance",  "var_pop",   "var_samp",   "corr",           "covar_pop",  "covar_samp",
    "regr_avgx", "regr_avgy", "regr_count", "regr_intercept", "regr_r2",    "regr_slope",
    "regr_sxx",  "regr_sxy",  "regr_syy"};

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

/// The keys of a GROUP BY, those of grouping sets included.
void grouping_keys(const List* list, std::vector<const Node*>& keys) {
    const ListCell* c = nullptr;
    foreach (c, list) {
        const auto* node = static_cast<const Node*>(lfirst(c));
        if (IsA(node, GroupingSet))
            grouping_keys(reinterpret_cast<const GroupingSet*>(node)->content, keys);
        else if (IsA(node, RowExpr))
            grouping_keys(reinterpret_cast<const RowExpr*>(node)->args, keys);
        else
            keys.push_back(node);
    }
}

bool is_ordinal(const Node* key, int number) {
    const auto* constant = reinterpret_cast<const A_Const*>(key);
    return !constant->isnull && IsA(&constant->val, Integer) && constant->val.ival.ival == number;
}

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
    if (query.sets) {
        Error error = not_aggregated("set-returning functions may not be used over these rows", location);
        error.hint = "Use them over the groups: SELECT ... FROM (SELECT ... GROUP BY ...) AS groups.";
        return error;
    }
    if (!query.sub_queries.empty())
        return not_aggregated("sub-queries in expressions may not be used over these rows", location);
    for (const FromItem* item : query.leaves) {
        // Whoever may join his own list of people may leave one out.
        if (item->kind != FromItem::Kind::relation && item->kind != FromItem::Kind::function)
            return not_aggregated("only tables may be joined to these rows", location);
        // What LATERAL computes over a row would be an expression inside of an aggregate.
        const bool lateral = item->kind == FromItem::Kind::function ||
                             (item->subselect != nullptr && item->subselect->lateral);
        if (lateral)
            return not_aggregated("LATERAL and functions in FROM may not be used over these rows", location);
    }
    for (const Node* key : keys_of_groups(query)) {
        if (!may_group_by(query, key))
            return not_aggregated("rows may be grouped only by columns that are shown in clear", location);
    }
    const ListCell* c = nullptr;
    foreach (c, select->targetList) {
        const auto* target = static_cast<const ResTarget*>(lfirst(c));
        if (only_aggregates(query, target->val)) continue;
        return not_aggregated("only aggregates and grouped columns may be selected from this table",
                              target->location);
    }
    if (select->havingClause != nullptr && !only_aggregates(query, select->havingClause)) {
        return not_aggregated("HAVING may compare only aggregates and grouped columns here", location);
    }
    foreach (c, select->windowClause) {
        if (!over_groups(query, static_cast<const WindowDef*>(lfirst(c))))
            return not_aggregated("a window may be made only over aggregates and grouped columns here",
                                  location);
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
    std::vector<std::string> keys;
    for (FromItem* item : query.leaves) {
        if (item->kind != FromItem::Kind::relation || item->treatment == nullptr) continue;
        for (const SubjectKey& subject : item->treatment->subjects) {
            if (item->unreachable)
                return not_aggregated("a join with an alias may not be used over these rows", location);
            auto key = key_column(*item, subject.column);
            if (!key) return key.error();
            keys.push_back(*key);
        }
    }
    return prove_groups(query, keys);
}

// What GROUP BY 1, or GROUP BY the name of an output column, stands for: the output's expression.
std::vector<const Node*> Rewriter::keys_of_groups(const Query& query) const {
    std::vector<const Node*> keys;
    grouping_keys(query.node->groupClause, keys);
    for (const Node*& key : keys) {
        const bool names_output = IsA(key, ColumnRef) && !found_.bound.contains(key);
        if (!names_output && !IsA(key, A_Const)) continue;
        const ListCell* c = nullptr;
        foreach (c, query.node->targetList) {
            const auto* target = static_cast<const ResTarget*>(lfirst(c));
            const bool meant = names_output
                                   ? resolve::output_name(target) ==
                                         strVal(linitial(reinterpret_cast<const ColumnRef*>(key)->fields))
                                   : is_ordinal(key, foreach_current_index(c) + 1);
            if (!meant) continue;
            key = target->val;
            break;
        }
    }
    return keys;
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

bool Rewriter::allowed_aggregate(const Query& query, const FuncCall* call) const {
    if (call->func_variadic || call->agg_order != nullptr) return false;
    const std::string_view name = resolve::string_value(llast(call->funcname));
    if ((name == "min" || name == "max") && list_length(call->args) == 1)
        return is_grouped(query, static_cast<Node*>(linitial(call->args)));
    if (!is_summary(name)) return false;
    const ListCell* c = nullptr;
    foreach (c, call->args) {
        Node* value = static_cast<Node*>(lfirst(c));
        if (!may_be_summed(value) || (IsA(value, CaseExpr) && list_length(call->args) > 1)) return false;
    }
    return true;
}

// One of the group's keys.
bool Rewriter::is_grouped(const Query& query, Node* node) const {
    const std::vector<const Node*> keys = keys_of_groups(query);
    const auto place = edits::place_of(found_, node);
    return std::ranges::any_of(keys, [&](const Node* key) {
        // city and c.city are the same key.
        return (shared_.memory.equal(key, node) || (place && edits::place_of(found_, key) == place)) &&
               (place ? open_columns_only(node) : may_group_by(query, node));
    });
}

bool Rewriter::over_groups(const Query& query, const WindowDef* window) const {
    const ListCell* c = nullptr;
    foreach (c, window->partitionClause) {
        if (!only_aggregates(query, static_cast<Node*>(lfirst(c)))) return false;
    }
    foreach (c, window->orderClause) {
        if (!only_aggregates(query, static_cast<const SortBy*>(lfirst(c))->node)) return false;
    }
    return only_aggregates(query, window->startOffset) && only_aggregates(query, window->endOffset);
}

// An expression over aggregates of the group, its grouping keys and constants.
bool Rewriter::only_aggregates(const Query& query, Node* node) const {
    if (node == nullptr) return true;
    if (is_grouped(query, node)) return true;
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
        case T_BooleanTest:
            return only_aggregates(query, reinterpret_cast<Node*>(reinterpret_cast<BooleanTest*>(node)->arg));
        case T_CaseExpr: {
            const auto* expr = reinterpret_cast<CaseExpr*>(node);
            return only_aggregates(query, reinterpret_cast<Node*>(expr->arg)) && all(expr->args) &&
                   only_aggregates(query, reinterpret_cast<Node*>(expr->defresult));
        }
        case T_CaseWhen: {
            const auto* when = reinterpret_cast<CaseWhen*>(node);
            return only_aggregates(query, reinterpret_cast<Node*>(when->expr)) &&
                   only_aggregates(query, reinterpret_cast<Node*>(when->result));
        }
        case T_CollateClause: return only_aggregates(query, reinterpret_cast<CollateClause*>(node)->arg);
        case T_A_Expr:
            return only_aggregates(query, reinterpret_cast<A_Expr*>(node)->lexpr) &&
                   only_aggregates(query, reinterpret_cast<A_Expr*>(node)->rexpr);
        case T_FuncCall: {
            const auto* call = reinterpret_cast<const FuncCall*>(node);
            // Windows are made of the groups that HAVING leaves.
            if (call->over != nullptr)
                return all(call->args) && only_aggregates(query, call->agg_filter) &&
                       over_groups(query, call->over);
            const bool aggregate =
                std::ranges::any_of(query.calls, [&](const resolve::Call* one) { return one->node == call; });
            if (aggregate) return allowed_aggregate(query, call);
            return call->agg_filter == nullptr && all(call->args);
        }
        default: return false;  // a column outside of an aggregate, or something not thought of
    }
}

}  // namespace sql::edits
