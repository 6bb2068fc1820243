#include "sql/verify/no_rows.hpp"

#include <algorithm>
#include <string_view>

#include "sql/verify/every_node.hpp"
#include "sql/verify/guards.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::verify {
namespace {

const A_Const* constant(const Node* node) {
    if (node == nullptr || nodeTag(node) != T_A_Const) return nullptr;
    const auto* found = reinterpret_cast<const A_Const*>(node);
    return found->isnull ? nullptr : found;
}

bool is_number(const A_Const* found) { return found != nullptr && nodeTag(&found->val) == T_Integer; }

/// false, or 1 = 0.
bool never_holds(const Node* condition) {
    if (const A_Const* found = constant(condition))
        return nodeTag(&found->val) == T_Boolean && !found->val.boolval.boolval;
    if (nodeTag(condition) != T_A_Expr) return false;
    const auto* expr = reinterpret_cast<const A_Expr*>(condition);
    const A_Const* left = constant(expr->lexpr);
    const A_Const* right = constant(expr->rexpr);
    return expr->kind == AEXPR_OP && list_length(expr->name) == 1 &&
           std::string_view(strVal(linitial(expr->name))) == "=" && is_number(left) && is_number(right) &&
           left->val.ival.ival != right->val.ival.ival;
}

bool changes_rows(const WithClause* with) {
    for (int i = 0; with != nullptr && i < list_length(with->ctes); ++i) {
        const auto* cte = static_cast<const CommonTableExpr*>(list_nth(with->ctes, i));
        if (cte->ctequery == nullptr || nodeTag(cte->ctequery) != T_SelectStmt) return true;
    }
    return false;
}

bool has_sub_query(List* part) {
    return !every(reinterpret_cast<Node*>(part), [](const Node* node) {
                return nodeTag(node) == T_SubLink;
            }).empty();
}

}  // namespace

bool shows_no_rows(const SelectStmt* select) {
    if (select->lockingClause != nullptr || select->intoClause != nullptr || changes_rows(select->withClause))
        return false;
    // PostgreSQL reads LIMIT and OFFSET, and then asks for nothing.
    const A_Const* count = constant(select->limitCount);
    if (is_number(count) && count->val.ival.ival == 0)
        return select->limitOffset == nullptr || constant(select->limitOffset) != nullptr;
    if (select->op != SETOP_NONE || select->groupClause != nullptr || select->havingClause != nullptr ||
        select->limitCount != nullptr || select->limitOffset != nullptr)
        return false;
    Conditions conditions;
    flatten(select->whereClause, conditions);
    if (std::ranges::none_of(conditions, never_holds)) return false;
    // Aggregates over nothing are a row, in which sub-queries are run, and frames of windows and keys of
    // sorting are worked out without any row.
    const auto parts = {select->targetList, select->sortClause, select->distinctClause, select->windowClause};
    return std::ranges::none_of(parts, has_sub_query);
}

}  // namespace sql::verify
