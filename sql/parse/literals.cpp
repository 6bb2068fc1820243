#include "sql/parse/literals.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::parse {

const A_Const* literal(const Node* node) {
    return node != nullptr && IsA(node, A_Const) ? reinterpret_cast<const A_Const*>(node) : nullptr;
}

const char* literal_text(const Node* node) {
    const A_Const* constant = literal(node);
    if (constant == nullptr || constant->isnull || !IsA(&constant->val, String)) return nullptr;
    return constant->val.sval.sval;
}

bool is_array_of_literals(const Node* node) {
    if (node == nullptr || !IsA(node, A_ArrayExpr)) return false;
    const ListCell* c = nullptr;
    foreach (c, reinterpret_cast<const A_ArrayExpr*>(node)->elements) {
        if (literal(static_cast<const Node*>(lfirst(c))) == nullptr) return false;
    }
    return true;
}

const A_Expr* as_operator(const Node* node, std::string_view name) {
    if (node == nullptr || !IsA(node, A_Expr)) return nullptr;
    const auto* expr = reinterpret_cast<const A_Expr*>(node);
    const bool is = expr->kind == AEXPR_OP && expr->lexpr != nullptr && list_length(expr->name) == 1 &&
                    strVal(linitial(expr->name)) == name;
    return is ? expr : nullptr;
}

}  // namespace sql::parse
