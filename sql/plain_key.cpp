#include "sql/plain_key.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql {

bool is_plain_key(const Node* key) {
    switch (nodeTag(key)) {
        case T_ColumnRef:
        case T_A_Const: return true;
        case T_TypeCast: return is_plain_key(reinterpret_cast<const TypeCast*>(key)->arg);
        case T_FuncCall: {
            const List* args = reinterpret_cast<const FuncCall*>(key)->args;
            for (int i = 0; i < list_length(args); ++i) {
                if (!is_plain_key(static_cast<const Node*>(list_nth(args, i)))) return false;
            }
            return true;
        }
        default: return false;
    }
}

}  // namespace sql
