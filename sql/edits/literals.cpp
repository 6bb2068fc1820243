#include "sql/edits/literals.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {

const A_Const* literal(const Node* node) {
    return node != nullptr && IsA(node, A_Const) ? reinterpret_cast<const A_Const*>(node) : nullptr;
}

const char* literal_text(const Node* node) {
    const A_Const* constant = literal(node);
    if (constant == nullptr || constant->isnull || !IsA(&constant->val, String)) return nullptr;
    return constant->val.sval.sval;
}

}  // namespace sql::edits
