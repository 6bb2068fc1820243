#include "sql/parse/own_expression.hpp"

#include "sql/parse/tree_memory.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::parse {
namespace {

bool reaches_out(Node* node, void* context) {
    if (node == nullptr) return false;
    switch (nodeTag(node)) {
        case T_SubLink:
        case T_SelectStmt:
        case T_RangeVar:
        case T_ParamRef:
        case T_CurrentOfExpr:
        case T_SetToDefault: return true;
        case T_ColumnRef: {
            const List* fields = reinterpret_cast<ColumnRef*>(node)->fields;
            if (list_length(fields) != 1 || !IsA(static_cast<Node*>(linitial(fields)), String)) return true;
            break;
        }
        default: break;  // the walk goes on below it
    }
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(reaches_out), context);
}

}  // namespace

bool is_own_expression(TreeMemory& memory, Node* expression) {
    bool found = true;
    const auto walked = memory.run([&] { found = reaches_out(expression, nullptr); });
    return walked && !found;
}

}  // namespace sql::parse
