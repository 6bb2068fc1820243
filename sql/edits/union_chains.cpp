#include "sql/edits/union_chains.hpp"

#include <algorithm>
#include <vector>

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

using resolve::Query;

bool merges(const Query& query) {
    return query.kind == Query::Kind::set_operation && (query.node->op != SETOP_UNION || !query.node->all);
}

/// Nothing but its rows matters to the query around it.
bool is_plain_union(const Query& query) {
    const SelectStmt* node = query.node;
    return query.kind == Query::Kind::set_operation && node->op == SETOP_UNION && query.cte == nullptr &&
           node->sortClause == nullptr && node->limitOffset == nullptr && node->limitCount == nullptr &&
           node->lockingClause == nullptr && node->withClause == nullptr;
}

/// Of a type of PostgreSQL's own, whose equal values are equal in each other type that it may become.
bool compares_as_all_do(const resolve::OutputColumn& output, const Catalog& catalog) {
    if (output.item == nullptr) return output.value != nullptr && IsA(output.value, A_Const);
    if (output.column < 0) return false;
    const Column* column = output.item->columns[static_cast<std::size_t>(output.column)].attribute;
    if (column == nullptr || !catalog.matches_patterns(column->collation)) return false;
    const Type* type = catalog.type(column->type);
    return type != nullptr && type->schema == "pg_catalog" && type->kind == 'b' && type->element == 0;
}

bool compare_alike(const Query& query, const Catalog& catalog) {
    if (query.kind == Query::Kind::set_operation)
        return compare_alike(*query.left, catalog) && compare_alike(*query.right, catalog);
    return query.kind == Query::Kind::select &&
           std::ranges::all_of(query.outputs, [&](const resolve::OutputColumn& output) {
               return compares_as_all_do(output, catalog);
           });
}

Result<void> keep_all_rows(StatementText& text, Query& query) {
    auto left = text.span_of(*query.left);
    if (!left) return left.error();
    auto right = text.span_of(*query.right);
    if (!right) return right.error();
    text.replace_tokens(left->second, right->first, "UNION ALL");
    query.node->all = true;
    return {};
}

/// What stands below a UNION.
Result<void> flatten_below(StatementText& text, Query& query) {
    std::vector<Query*> open{query.left, query.right};
    while (!open.empty()) {
        Query& arm = *open.back();
        open.pop_back();
        if (!is_plain_union(arm)) continue;
        if (!arm.node->all) {
            if (auto done = keep_all_rows(text, arm); !done) return done;
        }
        open.insert(open.end(), {arm.left, arm.right});
    }
    return {};
}

}  // namespace

Result<void> flatten_unions(StatementText& text, resolve::Resolution& found, const CountedRelations& counted,
                            const Catalog& catalog) {
    for (Query& query : found.queries) {
        const bool recursive = query.cte != nullptr && query.cte->recursive;
        if (!merges(query) || query.node->op != SETOP_UNION || recursive || !counted.read_by(query) ||
            !compare_alike(query, catalog))
            continue;
        if (auto done = flatten_below(text, query); !done) return done;
    }
    return {};
}

}  // namespace sql::edits
