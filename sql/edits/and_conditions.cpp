#include "sql/edits/and_conditions.hpp"

#include <string_view>

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {

bool compares_two_columns(const Node* node) {
    if (!IsA(node, A_Expr)) return false;
    const auto* expr = reinterpret_cast<const A_Expr*>(node);
    return expr->kind == AEXPR_OP && list_length(expr->name) == 1 && expr->lexpr != nullptr &&
           std::string_view(strVal(linitial(expr->name))) == "=" && IsA(expr->lexpr, ColumnRef) &&
           IsA(expr->rexpr, ColumnRef);
}

std::vector<const Node*> joined_by_and(const Node* condition) {
    if (!IsA(condition, BoolExpr) || reinterpret_cast<const BoolExpr*>(condition)->boolop != AND_EXPR)
        return {condition};
    std::vector<const Node*> operands;
    const ListCell* c = nullptr;
    foreach (c, reinterpret_cast<const BoolExpr*>(condition)->args)
        operands.push_back(static_cast<const Node*>(lfirst(c)));
    return operands;
}

std::vector<std::pair<std::size_t, std::size_t>> joined_by_and(const parse::Tokens& tokens, std::size_t begin,
                                                               std::size_t end) {
    const auto all = tokens.all();
    while (begin < end && all[begin].is_op('(') && tokens.closing(begin) + 1 == end) {
        ++begin;
        --end;
    }
    std::vector<std::pair<std::size_t, std::size_t>> operands;
    bool between = false;
    for (std::size_t i = begin; i < end;
         i = all[i].is_op('(') || all[i].is_op('[') ? tokens.closing(i) + 1 : i + 1) {
        if (all[i].is_keyword("case")) return {};
        if (all[i].is_keyword("and") && !std::exchange(between, false)) {
            operands.emplace_back(begin, i);
            begin = i + 1;
        }
        between = between || all[i].is_keyword("between");
    }
    operands.emplace_back(begin, end);
    return operands;
}

}  // namespace sql::edits
