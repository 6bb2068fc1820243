#include <algorithm>

#include "sql/edits/errors.hpp"
#include "sql/edits/rewriter.hpp"
#include "sql/print/quote.hpp"

#include "sql/parse/pg_nodes.hpp"

// A row of a recursive WITH query may hold what all rows on the way to it told: so its keys are gathered in
// one array for each kind of subject. With UNION in place of UNION ALL the keys would keep equal rows apart,
// and the recursion from its end.
namespace sql::edits {
namespace {}  // namespace

Result<std::vector<KeyColumn>> Rewriter::recursive_signature(Query& query) {
    if (query.node->op != SETOP_UNION || !query.node->all)
        return not_countable("a recursive query with UNION", "Use UNION ALL.");
    std::vector<KeyColumn> keys;
    for (const std::string& subject : shared_.treatment.counted)
        keys.push_back({.subject = subject, .array_depth = 1, .name = hidden_name('k')});
    carried_[&query] = keys;  // what the recursion reads of itself
    for (Query* arm : {query.left, query.right}) {
        auto found = signature(*arm);
        if (!found) return found;
        for (const KeyColumn& key : *found) {
            if (key.array_depth > 1)
                return not_countable("groups inside of a recursive query", "Group outside of it.");
        }
    }
    return keys;
}

Result<void> Rewriter::emit_gathered(Query& query, const std::vector<KeyColumn>& wanted) {
    switch (query.kind) {
        case Query::Kind::values:
            return not_countable("a recursive query that begins with VALUES",
                                 "Write SELECT in place of VALUES.");
        case Query::Kind::select: break;
        case Query::Kind::set_operation:
            if (query.node->op != SETOP_UNION || !query.node->all)
                return not_countable("UNION, INTERSECT or EXCEPT in a recursive query", "Use UNION ALL.");
            if (auto done = emit_gathered(*query.left, wanted); !done) return done;
            return emit_gathered(*query.right, wanted);
    }
    if (query.node->distinctClause != nullptr)
        return not_countable("DISTINCT in a recursive query", "Use DISTINCT outside of it.");
    auto expressions = expressions_of(query);
    if (!expressions) return expressions.error();
    std::vector<std::string> targets;
    for (const KeyColumn& key : wanted) {
        std::string single;
        std::string all;
        for (const KeyExpression& one : **expressions) {
            if (one.subject != key.subject) continue;
            auto written = written_out(one.expression);
            if (!written) return written.error();
            if (one.array_depth == 0)
                single += (single.empty() ? "" : ", ") + *written;
            else
                all += "\"pg_catalog\".\"array_cat\"(" + *written + "::text[], ";
        }
        const auto arrays =
            static_cast<std::size_t>(std::ranges::count_if(**expressions, [&](const auto& one) {
                return one.subject == key.subject && one.array_depth > 0;
            }));
        targets.push_back("(" + all + "ARRAY[" + single + "]::text[]" + std::string(arrays, ')') +
                          ")::text AS " + print::quote_identifier(key.name));
    }
    if (auto done = append_targets(query, targets); !done) return done;
    return is_table_command(query) ? protect(*query.leaves.front()) : Result<void>();
}

}  // namespace sql::edits
