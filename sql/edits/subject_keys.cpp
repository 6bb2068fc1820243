#include <algorithm>
#include <set>

#include "sql/edits/errors.hpp"
#include "sql/edits/nested_merges.hpp"
#include "sql/edits/numbered_rows.hpp"
#include "sql/edits/union_chains.hpp"
#include "sql/edits/view_text.hpp"
#include "sql/print/quote.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

const char* const join_hint = "Join the table in FROM, or select from it in a sub-query in FROM.";

// What two sides of UNION ALL need together: for each kind the larger number of columns.
std::vector<KeyColumn> together(const std::vector<KeyColumn>& left, const std::vector<KeyColumn>& right) {
    std::vector<KeyColumn> all = left;
    std::vector<KeyColumn> unmatched = left;
    for (const KeyColumn& key : right) {
        const auto same =
            std::ranges::find_if(unmatched, [&](const KeyColumn& other) { return same_kind(other, key); });
        if (same != unmatched.end())
            unmatched.erase(same);
        else
            all.push_back(key);
    }
    return all;
}

bool is_union_all(const SelectStmt* select) { return select->op == SETOP_UNION && select->all; }

}  // namespace

// What is asked of the queries is kept, so this comes before all of it.
Result<void> Rewriter::flatten_set_operations() {
    if (shared_.treatment.counted.empty()) return {};
    if (auto done = flatten_unions(*this, found_, counted_, shared_.catalog); !done) return done;
    return check_nested_merges(found_, counted_);
}

Result<std::vector<KeyColumn>> Rewriter::carry_keys() {
    if (shared_.treatment.counted.empty()) return std::vector<KeyColumn>{};
    for (const Query& query : found_.queries) {
        if (query.kind != Query::Kind::set_operation) continue;
        for (const Query* inner : query.sub_queries) {
            if (counted_.read_by(*inner))
                return not_countable("a sub-query in the LIMIT of a UNION", join_hint);
        }
    }
    if (auto done = check_changes(); !done) return done.error();
    if (auto done = check_numbers(found_, counted_, shared_.catalog); !done) return done.error();
    return carried_by(*found_.root);
}

// The keys that a query's rows tell, and the names of the columns that will carry them.
Result<std::vector<KeyColumn>> Rewriter::carried_by(Query& query) {
    if (const auto found = carried_.find(&query); found != carried_.end()) return found->second;
    carried_[&query] = {};  // what a recursive query reads of itself tells nobody else
    auto keys = signature(query);
    if (!keys || keys->empty()) return keys;
    for (KeyColumn& key : *keys) {
        if (key.name.empty()) key.name = hidden_name('k');
    }
    carried_[&query] = *keys;
    to_emit_.push_back(&query);
    return keys;
}

Result<void> Rewriter::emit_keys() {
    for (Query* query : to_emit_) {
        if (auto done = emit(*query, carried_.at(query), {}); !done) return done;
    }
    return {};
}

Result<std::vector<KeyColumn>> Rewriter::signature(Query& query) {
    std::vector<KeyColumn> keys;
    const auto add = [&keys](const std::vector<KeyExpression>& expressions, int deeper) {
        for (const KeyExpression& expression : expressions)
            keys.push_back({expression.subject, expression.array_depth + deeper, {}, expression.searched});
    };
    switch (query.kind) {
        case Query::Kind::values: {
            auto expressions = values_keys(query);
            if (!expressions) return expressions.error();
            if (expressions->empty()) return keys;
            if (auto done = check_skipping(query); !done) return done.error();
            add(*expressions, 0);
            return keys;
        }
        case Query::Kind::select: {
            auto expressions = expressions_of(query);
            if (!expressions) return expressions.error();
            add(**expressions, is_distinct(query) ? 1 : 0);
            return keys;
        }
        case Query::Kind::set_operation: break;
    }
    if (query.cte != nullptr && query.cte->recursive && counted_.read_by(query))
        return recursive_signature(query);
    auto arms = arm_keys(query);
    if (!arms || arms->empty()) return arms;
    if (auto done = check_skipping(query); !done) return done.error();
    if (is_union_all(query.node)) return arms;
    for (KeyColumn& key : *arms)
        ++key.array_depth;
    if (query.node->op == SETOP_EXCEPT) {
        auto absent = absent_from_right(query, {});
        if (!absent) return absent.error();
        keys = std::move(*arms);
        add(*absent, 0);
        return keys;
    }
    return arms;
}

// What both sides of a set operation tell.
Result<std::vector<KeyColumn>> Rewriter::arm_keys(Query& query) {
    auto left = signature(*query.left);
    if (!left) return left;
    auto right = signature(*query.right);
    if (!right) return right;
    const bool repeats = query.node->all && query.node->op != SETOP_UNION;
    if (repeats && !(left->empty() && right->empty()))
        return not_countable("INTERSECT ALL or EXCEPT ALL", "Use INTERSECT or EXCEPT.");
    return together(*left, *right);
}

Result<void> Rewriter::emit(Query& query, const std::vector<KeyColumn>& wanted, const std::string& side) {
    switch (query.kind) {
        case Query::Kind::values: return emit_values(query, wanted, side);
        case Query::Kind::select: return emit_select(query, wanted, side);
        case Query::Kind::set_operation: break;
    }
    if (query.cte != nullptr && query.cte->recursive) return emit_gathered(query, wanted);
    if (!is_union_all(query.node)) {
        auto arms = arm_keys(query);
        if (!arms) return arms.error();
        // Without people of its own it gets columns of constants, which merge as before.
        if (!arms->empty()) return emit_merged(query, wanted, side);
    }
    if (auto done = emit(*query.left, wanted, side); !done) return done;
    return emit(*query.right, wanted, side);
}

Result<void> Rewriter::emit_select(Query& query, const std::vector<KeyColumn>& wanted,
                                   const std::string& side) {
    auto own = expressions_of(query);
    if (!own) return own.error();
    std::vector<KeyExpression> expressions = **own;
    if (is_distinct(query) && !expressions.empty()) {
        if (merges_groups(query)) return emit_distinct(query, wanted, side);
        // Copies are of the query as it was.
        for (KeyExpression& key : expressions) {
            auto written = written_out(std::move(key.expression));
            if (!written) return written.error();
            key.expression = key.same_in_every_row ? "ARRAY[" + *written + "]::text"
                                                   : "\"pg_catalog\".\"array_agg\"(" + *written + ")::text";
            ++key.array_depth;
        }
        if (auto done = group_instead_of_distinct(query); !done) return done;
    }
    auto targets = key_targets(std::move(expressions), wanted, side);
    if (!targets) return targets.error();
    if (auto done = append_targets(query, *targets); !done) return done;
    return is_table_command(query) ? protect(*query.leaves.front()) : Result<void>();
}

// SELECT DISTINCT a, b is SELECT a, b ... GROUP BY 1, 2: so each row can tell everybody who stands behind it.
Result<void> Rewriter::group_instead_of_distinct(Query& query) {
    if (query.open_ended || query.outputs.empty())
        return not_countable("this SELECT DISTINCT", "Use GROUP BY.");
    auto where = places(query);
    if (!where) return where.error();
    if (!where->distinct) return not_countable("this SELECT DISTINCT", "Use GROUP BY.");
    replace_tokens(*where->distinct, *where->distinct + 1, std::string());
    if (!copying_) query.node->distinctClause = nullptr;
    std::vector<std::string> ordinals;
    for (std::size_t i = 1; i <= query.outputs.size(); ++i)
        ordinals.push_back(std::to_string(i));
    return append_grouping(query, ordinals);
}

bool Rewriter::is_distinct(const Query& query) {
    return query.kind == Query::Kind::select && query.node->distinctClause != nullptr &&
           linitial(query.node->distinctClause) == nullptr;
}

}  // namespace sql::edits
