#include "sql/edits/first_location.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

bool find_first(Node* node, void* context) {
    if (node == nullptr) return false;
    int& first = *static_cast<int*>(context);
    int location = -1;
    switch (nodeTag(node)) {
        case T_ColumnRef: location = reinterpret_cast<ColumnRef*>(node)->location; break;
        case T_A_Const: location = reinterpret_cast<A_Const*>(node)->location; break;
        case T_ParamRef: location = reinterpret_cast<ParamRef*>(node)->location; break;
        case T_TypeCast: location = reinterpret_cast<TypeCast*>(node)->location; break;
        case T_TypeName: location = reinterpret_cast<TypeName*>(node)->location; break;
        case T_FuncCall: location = reinterpret_cast<FuncCall*>(node)->location; break;
        case T_SubLink: location = reinterpret_cast<SubLink*>(node)->location; break;
        case T_A_Expr: location = reinterpret_cast<A_Expr*>(node)->location; break;
        case T_CaseExpr: location = reinterpret_cast<CaseExpr*>(node)->location; break;
        case T_RowExpr: location = reinterpret_cast<RowExpr*>(node)->location; break;
        case T_A_ArrayExpr: location = reinterpret_cast<A_ArrayExpr*>(node)->location; break;
        case T_SQLValueFunction: location = reinterpret_cast<SQLValueFunction*>(node)->location; break;
        case T_CoalesceExpr: location = reinterpret_cast<CoalesceExpr*>(node)->location; break;
        case T_MinMaxExpr: location = reinterpret_cast<MinMaxExpr*>(node)->location; break;
        default: break;  // the walk goes on below it
    }
    if (location >= 0 && (first < 0 || location < first)) first = location;
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(find_first), context);
}

}  // namespace

int first_location(Node* tree) {
    int first = -1;
    find_first(tree, &first);
    return first;
}

}  // namespace sql::edits
