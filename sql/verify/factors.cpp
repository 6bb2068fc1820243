#include "sql/verify/factors.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "sql/verify/grouped_from.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::verify {
namespace {

bool is_product(const Node* node) {
    if (nodeTag(node) != T_A_Expr) return false;
    const auto* expr = reinterpret_cast<const A_Expr*>(node);
    if (expr->kind != AEXPR_OP || expr->lexpr == nullptr || list_length(expr->name) != 1) return false;
    const std::string_view name = strVal(linitial(expr->name));
    return name == "*" || name == "/";
}

void flatten_product(Node* node, std::vector<Node*>& factors) {
    if (!is_product(node)) {
        factors.push_back(node);
        return;
    }
    flatten_product(reinterpret_cast<A_Expr*>(node)->lexpr, factors);
    flatten_product(reinterpret_cast<A_Expr*>(node)->rexpr, factors);
}

std::vector<Node*> children(Node* node) {
    std::vector<Node*> found;
    const auto add_all = [&](const List* list) {
        for (int i = 0; i < list_length(list); ++i)
            found.push_back(static_cast<Node*>(list_nth(list, i)));
    };
    switch (nodeTag(node)) {
        case T_A_Expr:
            found = {reinterpret_cast<A_Expr*>(node)->lexpr, reinterpret_cast<A_Expr*>(node)->rexpr};
            break;
        case T_TypeCast: found = {reinterpret_cast<TypeCast*>(node)->arg}; break;
        case T_FuncCall: add_all(reinterpret_cast<FuncCall*>(node)->args); break;
        case T_CoalesceExpr: add_all(reinterpret_cast<CoalesceExpr*>(node)->args); break;
        default: break;
    }
    std::erase(found, nullptr);
    return found;
}

void add_factors(Node* node, bool is_one_of_two, std::vector<Node*>& found) {
    std::vector<Node*> factors;
    flatten_product(node, factors);
    std::vector<Node*> named = factors;
    std::erase_if(named, [](Node* factor) { return columns_in(factor).empty(); });
    if (named.size() > 1 || is_one_of_two) std::ranges::copy(named, std::back_inserter(found));
    for (Node* factor : factors) {
        for (Node* child : children(factor))
            add_factors(child, false, found);
    }
}

}  // namespace

std::vector<Node*> factors_in(Node* values) {
    std::vector<Node*> found;
    if (values == nullptr) return found;
    if (nodeTag(values) != T_List) {
        add_factors(values, false, found);
        return found;
    }
    const auto* arguments = reinterpret_cast<const List*>(values);
    for (int i = 0; i < list_length(arguments); ++i)
        add_factors(static_cast<Node*>(list_nth(arguments, i)), list_length(arguments) > 1, found);
    return found;
}

Node* is_not_zero(parse::TreeMemory& memory, Node* factor) {
    auto* zero = memory.make<A_Const>(T_A_Const);
    zero->val.ival.type = T_Integer;
    auto* test = memory.make<A_Expr>(T_A_Expr);
    test->kind = AEXPR_OP;
    test->name = memory.append(nullptr, memory.string_node("<>"));
    test->lexpr = factor;
    test->rexpr = reinterpret_cast<Node*>(zero);
    return reinterpret_cast<Node*>(test);
}

}  // namespace sql::verify
