#include <algorithm>
#include <set>

#include "sql/edits/view_text.hpp"
#include "sql/print/quote.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

Error not_countable(std::string what, std::string hint) {
    return Error{.code = Errc::not_countable,
                 .message = "the people that " + what + " would show cannot be counted",
                 .hint = std::move(hint)};
}

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

Result<std::vector<KeyColumn>> Rewriter::carry_keys() {
    if (shared_.treatment.counted.empty()) return std::vector<KeyColumn>{};
    for (const Query& query : found_.queries) {
        // VALUES and set operations have no place for the keys of a sub-query.
        if (query.kind == Query::Kind::select) continue;
        for (const Query* inner : query.sub_queries) {
            if (reads_counted(*inner))
                return not_countable("a sub-query in VALUES, or in the ORDER BY of a UNION,", join_hint);
        }
    }
    if (auto done = check_modifies(); !done) return done.error();
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
        if (auto done = emit(*query, carried_.at(query)); !done) return done;
    }
    return {};
}

Result<std::vector<KeyColumn>> Rewriter::signature(Query& query) {
    switch (query.kind) {
        case Query::Kind::values: return std::vector<KeyColumn>{};
        case Query::Kind::select: {
            auto expressions = expressions_of(query);
            if (!expressions) return expressions.error();
            std::vector<KeyColumn> keys;
            for (const KeyExpression& expression : **expressions)
                keys.push_back({expression.subject, expression.array_depth, {}, expression.searched});
            return keys;
        }
        case Query::Kind::set_operation: break;
    }
    if (query.cte != nullptr && query.cte->recursive && reads_counted(query))
        return recursive_signature(query);
    auto left = signature(*query.left);
    if (!left) return left;
    auto right = signature(*query.right);
    if (!right) return right;
    if (!is_union_all(query.node) && !(left->empty() && right->empty())) {
        return not_countable("UNION, INTERSECT or EXCEPT", "Use UNION ALL.");
    }
    return together(*left, *right);
}

Result<void> Rewriter::emit(Query& query, const std::vector<KeyColumn>& wanted) {
    switch (query.kind) {
        case Query::Kind::values:
            return not_countable("VALUES in this UNION ALL", "Write SELECT in place of VALUES.");
        case Query::Kind::select: return emit_select(query, wanted);
        case Query::Kind::set_operation: break;
    }
    if (query.cte != nullptr && query.cte->recursive) return emit_gathered(query, wanted);
    if (auto done = emit(*query.left, wanted); !done) return done;
    return emit(*query.right, wanted);
}

Result<void> Rewriter::emit_select(Query& query, const std::vector<KeyColumn>& wanted) {
    auto expressions = expressions_of(query);
    if (!expressions) return expressions.error();
    std::vector<KeyExpression> left = **expressions;
    const bool distinct =
        query.node->distinctClause != nullptr && linitial(query.node->distinctClause) == nullptr;
    if (distinct && !left.empty()) {
        if (auto done = group_instead_of_distinct(query); !done) return done;
    }
    std::vector<std::string> targets;
    for (const KeyColumn& key : wanted) {
        const auto same = std::ranges::find_if(
            left, [&](const KeyExpression& expression) { return same_kind(expression, key); });
        std::string expression = "NULL::text";
        if (same != left.end()) {
            auto written = with_copies(same->expression);
            if (!written) return written.error();
            expression = std::move(*written);
            left.erase(same);
        }
        targets.push_back(expression + " AS " + print::quote_identifier(key.name));
    }
    if (auto done = append_targets(query, targets); !done) return done;
    return is_table_command(query) ? protect(*query.leaves.front()) : Result<void>();
}

// SELECT DISTINCT a, b is SELECT a, b ... GROUP BY 1, 2: so each row can tell everybody who stands behind it.
Result<void> Rewriter::group_instead_of_distinct(Query& query) {
    if (query.grouped() || query.windows || query.sets || query.open_ended || query.outputs.empty()) {
        return not_countable("this SELECT DISTINCT", "Use GROUP BY.");
    }
    auto where = places(query);
    if (!where) return where.error();
    if (!where->distinct) return not_countable("this SELECT DISTINCT", "Use GROUP BY.");
    replace_tokens(*where->distinct, *where->distinct + 1, std::string());
    query.node->distinctClause = nullptr;
    std::vector<std::string> ordinals;
    for (std::size_t i = 1; i <= query.outputs.size(); ++i)
        ordinals.push_back(std::to_string(i));
    return append_grouping(query, ordinals);
}

bool Rewriter::is_counted(const FromItem& item) const {
    if (item.use == FromItem::Use::excluded || inserts_only(item)) return false;
    return has_counted_subjects(item);
}

bool Rewriter::reads_counted(const Query& query) const {
    std::set<const Query*> seen;
    return reads_counted(query, seen);
}

bool Rewriter::reads_counted(const Query& query, std::set<const Query*>& seen) const {
    if (!seen.insert(&query).second) return false;
    const auto is_inside = [&](const Query* level) {
        for (; level != nullptr; level = level->parent) {
            if (level == &query) return true;
        }
        return false;
    };
    return std::ranges::any_of(found_.items, [&](const FromItem& item) {
        if (!is_inside(item.level)) return false;
        // A WITH query that is read from here may stand further out.
        if (item.kind == FromItem::Kind::cte) return reads_counted(*item.query, seen);
        return is_counted(item) || item.kind == FromItem::Kind::view;
    });
}

}  // namespace sql::edits
