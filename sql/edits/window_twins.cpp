#include <algorithm>
#include <array>
#include <string_view>

#include "sql/analyze.hpp"
#include "sql/edits/errors.hpp"
#include "sql/edits/everybody.hpp"
#include "sql/edits/nobody_key.hpp"
#include "sql/edits/rewriter.hpp"
#include "sql/edits/shown_rows.hpp"
#include "sql/is_one_of.hpp"
#include "sql/print/quote.hpp"

#include "sql/parse/pg_nodes.hpp"

// Each window function tells of other rows than its own: its twin over the keys tells whose.
namespace sql::edits {
namespace {

Error window_not_countable(const resolve::Call& call) {
    return not_countable("the window function " + call.name, {}, call.node->location);
}

/// Where a row stands among the others: it hangs on all rows before it, or on all at all.
bool is_rank(std::string_view name) {
    return is_one_of(name, "row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile");
}

bool counts_all(std::string_view name) { return is_one_of(name, "percent_rank", "cume_dist", "ntile"); }

const WindowDef* definition(const resolve::Query& query, const WindowDef* over) {
    if (over->name == nullptr) return over;
    const ListCell* c = nullptr;
    foreach (c, query.node->windowClause) {
        const auto* named = static_cast<const WindowDef*>(lfirst(c));
        if (std::string_view(named->name) == over->name) return named;
    }
    return over;
}

bool has_frame(const resolve::Query& query, const FuncCall* call) {
    return (definition(query, call->over)->frameOptions & FRAMEOPTION_NONDEFAULT) != 0;
}

/// By what the rows show themselves. An expression could put one person before the others or not, as it is
/// true of him: the first row's rank would tell, to whom gives up the others.
bool orders_by_columns(const resolve::Query& query, const FuncCall* call) {
    const ListCell* c = nullptr;
    foreach (c, definition(query, call->over)->orderClause) {
        if (!IsA(static_cast<const SortBy*>(lfirst(c))->node, ColumnRef)) return false;
    }
    return true;
}

bool is_one(const Node* node) {
    if (!IsA(node, A_Const)) return false;
    const auto* constant = reinterpret_cast<const A_Const*>(node);
    return !constant->isnull && IsA(&constant->val, Integer) && constant->val.ival.ival == 1;
}

}  // namespace

// Whether a row of the query may be missing in what the client sees, by itself and in the groups around it. A
// function that gives no row in the target list leaves one out.
bool Rewriter::may_drop_rows(const Query& query) const {
    const SelectStmt* select = query.node;
    return !comes_out_whole(found_, query) || shared_.read_in_parts || query.sets ||
           select->limitCount != nullptr || select->limitOffset != nullptr ||
           select->distinctClause != nullptr;
}

Result<std::vector<KeyExpression>> Rewriter::window_twins(Query& query,
                                                          const std::vector<KeyExpression>& keys) {
    std::vector<KeyExpression> twins;
    for (const resolve::Call* call : query.calls) {
        if (call->role != resolve::CallRole::window) continue;
        auto twin = twin_of(query, *call);
        if (!twin) return twin.error();
        if (!*twin) continue;
        for (const KeyExpression& key : keys) {
            const std::string of_row = "\"pg_catalog\"." + print::quote_identifier((*twin)->function) + "(" +
                                       key.expression + (*twin)->rest + ") OVER " + (*twin)->over;
            if ((*twin)->collects)
                twins.push_back({key.subject, key.array_depth + 1,
                                 unless_too_many("\"pg_catalog\".\"count\"(*) OVER " + (*twin)->over, of_row,
                                                 key.array_depth + 1)});
            else
                twins.push_back({key.subject, key.array_depth, of_row});
        }
    }
    return twins;
}

Result<std::optional<Rewriter::Twin>> Rewriter::twin_of(const Query& query, const resolve::Call& call) {
    const bool built_in = call.schema == "pg_catalog";
    if (counts_everybody_beside(query, call, shared_.catalog, shared_.treatment))
        return std::optional<Twin>();
    if (built_in && is_rank(call.name)) return twin_of_rank(query, call);
    auto over = window_of(call);
    if (!over) return over.error();
    const bool aggregate = std::ranges::any_of(shared_.catalog.functions(call.schema, call.name),
                                               [](const Function* one) { return one->kind == 'a'; });
    const Twin everybody{.function = "array_agg", .rest = {}, .over = *over, .collects = true};
    if (aggregate) return everybody;
    if (!built_in) return window_not_countable(call);
    // The row that they take hangs on how many others there are between.
    if (call.name == "nth_value") return everybody;
    if (is_one_of(call.name, "first_value", "last_value")) {
        if (has_frame(query, call.node)) return everybody;
        return Twin{.function = call.name, .rest = {}, .over = *over};
    }
    if (!is_one_of(call.name, "lag", "lead")) return window_not_countable(call);
    if (list_length(call.node->args) < 2 || is_one(static_cast<const Node*>(lsecond(call.node->args))))
        return Twin{.function = call.name, .rest = {}, .over = *over};
    if (has_frame(query, call.node)) return window_not_countable(call);
    auto partition = over_partition(call);
    if (!partition) return partition.error();
    return Twin{.function = "array_agg", .rest = {}, .over = *partition, .collects = true};
}

// Where every row is shown, a rank by columns tells of nobody else: to whom reads all of them.
Result<std::optional<Rewriter::Twin>> Rewriter::twin_of_rank(const Query& query, const resolve::Call& call) {
    if (!may_drop_rows(query) && orders_by_columns(query, call.node)) {
        shared_.shows_ranks = true;
        return std::optional<Twin>();
    }
    if (has_frame(query, call.node)) return window_not_countable(call);
    auto over = counts_all(call.name) ? over_partition(call) : window_of(call);
    if (!over) return over.error();
    return Twin{.function = "array_agg", .rest = {}, .over = *over, .collects = true};
}

// What the value's own window says is known when all of it was changed: a twin that says it otherwise, by
// other numbers of random() or by a mask in place of what is searched for, would tell of others.
std::string Rewriter::written_later(std::size_t first, std::size_t last) {
    windows_.emplace_back(first, last);
    return marked(window_marker, windows_.size() - 1);
}

Result<std::string> Rewriter::window_of(const resolve::Call& call) {
    auto over = over_clause(call);
    if (!over) return over.error();
    return written_later(over->first, over->second);
}

// The call's window over all rows of its partition. It has no frame of its own.
Result<std::string> Rewriter::over_partition(const resolve::Call& call) {
    auto over = over_clause(call);
    if (!over) return over.error();
    const auto [first, last] = *over;
    const std::string frame = " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)";
    if (!tokens_.all()[first].is_op("(")) return "(" + written_later(first, last) + frame;
    return written_later(first, last - 1) + frame;
}

}  // namespace sql::edits
