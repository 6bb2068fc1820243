#include "sql/edits/and_conditions.hpp"

#include <string_view>
#include <utility>

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {

bool compares_two_columns(const Node* node) {
    if (!IsA(node, A_Expr)) return false;
    const auto* expr = reinterpret_cast<const A_Expr*>(node);
    return expr->kind == AEXPR_OP && list_length(expr->name) == 1 && expr->lexpr != nullptr &&
           std::string_view(strVal(linitial(expr->name))) == "=" && IsA(expr->lexpr, ColumnRef) &&
           IsA(expr->rexpr, ColumnRef);
}

std::vector<Node*> joined_by_and(Node* condition) {
    if (!IsA(condition, BoolExpr) || reinterpret_cast<BoolExpr*>(condition)->boolop != AND_EXPR)
        return {condition};
    std::vector<Node*> operands;
    const ListCell* c = nullptr;
    foreach (c, reinterpret_cast<BoolExpr*>(condition)->args) {
        const auto within = joined_by_and(static_cast<Node*>(lfirst(c)));
        operands.insert(operands.end(), within.begin(), within.end());
    }
    return operands;
}

std::vector<TokenRange> joined_by_and(const parse::Tokens& tokens, std::size_t begin, std::size_t end) {
    const auto all = tokens.all();
    const std::size_t first = begin;
    std::vector<TokenRange> parts;
    bool between = false;
    for (std::size_t i = begin; i < end; i = tokens.past(i)) {
        if (all[i].is_keyword("and") && !std::exchange(between, false)) {
            parts.emplace_back(begin, i);
            begin = i + 1;
        }
        const bool field = i > 0 && all[i - 1].is_op('.');
        between = between || (all[i].is_keyword("between") && !field);
        if ((all[i].is_keyword("or") || all[i].is_keyword("case")) && !field) return {{first, end}};
    }
    parts.emplace_back(begin, end);
    std::vector<TokenRange> operands;
    for (const auto& [from, to] : parts) {
        std::vector<TokenRange> within;
        if (from < to && all[from].is_op('(') && tokens.closing(from) + 1 == to)
            within = joined_by_and(tokens, from + 1, to - 1);
        if (within.size() > 1)
            operands.insert(operands.end(), within.begin(), within.end());
        else
            operands.emplace_back(from, to);
    }
    return operands;
}

}  // namespace sql::edits
