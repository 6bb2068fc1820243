#include "sql/verify/expressions.hpp"

#include <string_view>

#include "sql/searched_values.hpp"
#include "sql/verify/walk.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::verify {
namespace {

bool collect(Node* child, void* children) {
    if (child != nullptr) static_cast<std::vector<Node*>*>(children)->push_back(child);
    return false;
}

}  // namespace

bool is_constant(const Node* node) {
    if (node == nullptr) return false;
    switch (nodeTag(node)) {
        case T_A_Const:
        case T_ParamRef: return true;
        case T_TypeCast: return is_constant(reinterpret_cast<const TypeCast*>(node)->arg);
        case T_A_ArrayExpr:
            return is_constant(
                reinterpret_cast<const Node*>(reinterpret_cast<const A_ArrayExpr*>(node)->elements));
        case T_List: {
            const auto* list = reinterpret_cast<const List*>(node);
            for (int i = 0; i < list_length(list); ++i) {
                if (!is_constant(static_cast<const Node*>(list_nth(list, i)))) return false;
            }
            return true;
        }
        case T_A_Expr: {
            const auto* expr = reinterpret_cast<const A_Expr*>(node);
            return expr->kind == AEXPR_OP && list_length(expr->name) == 1 &&
                   std::string_view(strVal(linitial(expr->name))) == "||" && is_constant(expr->lexpr) &&
                   is_constant(expr->rexpr);
        }
        case T_FuncCall: {
            const auto* call = reinterpret_cast<const FuncCall*>(node);
            return call->args != nullptr && call->over == nullptr && call->agg_filter == nullptr &&
                   !call->func_variadic && tidies_searched_value(strVal(llast(call->funcname))) &&
                   is_constant(reinterpret_cast<const Node*>(call->args));
        }
        default: return false;  // everything else may read the row
    }
}

Result<void> add_children(parse::TreeMemory& memory, Node* node, std::vector<Node*>& found) {
    switch (nodeTag(node)) {
        case T_A_Const:
        case T_A_Star:
        case T_ColumnRef:
        case T_ParamRef: return {};  // to PostgreSQL's walker they are leaves
        default: break;
    }
    const auto walked = memory.run(
        [node, &found] { raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect), &found); });
    if (!walked) return defect("a form of statement that is not known");
    return {};
}

Result<std::vector<Node*>> children_of(parse::TreeMemory& memory, Node* node) {
    std::vector<Node*> found;
    if (auto done = add_children(memory, node, found); !done) return done.error();
    return found;
}

}  // namespace sql::verify
