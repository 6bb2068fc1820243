#include "sql/verify/factors.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "sql/verify/every_node.hpp"
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

/// Constants and columns, which + - * / join.
bool is_plain_sum(const Node* node) {
    if (node == nullptr) return true;
    switch (nodeTag(node)) {
        case T_ColumnRef: return true;
        case T_A_Const: {
            const auto* constant = reinterpret_cast<const A_Const*>(node);
            return !constant->isnull &&
                   (nodeTag(&constant->val) == T_Integer || nodeTag(&constant->val) == T_Float);
        }
        case T_A_Expr: {
            const auto* expr = reinterpret_cast<const A_Expr*>(node);
            return expr->kind == AEXPR_OP && is_plain_sum(expr->lexpr) && is_plain_sum(expr->rexpr);
        }
        default: return false;
    }
}

bool is_addition(const Node* node) {
    if (nodeTag(node) != T_A_Expr) return false;
    const auto* expr = reinterpret_cast<const A_Expr*>(node);
    const std::string_view name = strVal(llast(expr->name));
    return expr->kind == AEXPR_OP && (name == "+" || name == "-");
}

class Factors {
public:
    void add(Node* node, bool multiplies) {
        std::vector<Node*> factors;
        flatten_product(node, factors);
        std::vector<Node*> named = factors;
        std::erase_if(named, [](Node* factor) { return columns_in(factor).empty(); });
        if (named.size() > 1 || multiplies) {
            for (Node* factor : named)
                add_factor(factor);
        }
        for (Node* factor : factors) {
            for (Node* child : children(factor))
                add(child, false);
        }
    }

    [[nodiscard]] std::optional<std::vector<Node*>> found() && {
        return are_plain_ ? std::optional(std::move(found_)) : std::nullopt;
    }

private:
    void add_factor(Node* factor) {
        found_.push_back(factor);
        if (every(factor, is_addition).empty()) return;
        are_plain_ = are_plain_ && is_plain_sum(factor);
        std::ranges::copy(columns_in(factor), std::back_inserter(found_));
    }

    std::vector<Node*> found_;
    bool are_plain_ = true;
};

}  // namespace

std::optional<std::vector<Node*>> factors_in(Node* values, Weighing weighs) {
    Factors factors;
    if (values == nullptr || weighs == Weighing::no) return std::move(factors).found();
    const bool products = weighs == Weighing::products && columns_in(values).size() > 1;
    if (nodeTag(values) == T_List) {
        const auto* arguments = reinterpret_cast<const List*>(values);
        for (int i = 0; i < list_length(arguments); ++i)
            factors.add(static_cast<Node*>(list_nth(arguments, i)), list_length(arguments) > 1 || products);
    } else {
        factors.add(values, products);
    }
    return std::move(factors).found();
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
