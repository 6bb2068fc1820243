#include "sql/lineage/constants.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::lineage {

std::string text_of(const Node* node) {
    if (node == nullptr) return {};
    if (IsA(node, TypeCast)) return text_of(reinterpret_cast<const TypeCast*>(node)->arg);
    if (IsA(node, String)) return strVal(node);
    if (IsA(node, Integer)) return std::to_string(intVal(node));
    if (!IsA(node, A_Const)) return {};
    const auto* constant = reinterpret_cast<const A_Const*>(node);
    if (constant->isnull) return {};
    const Node* value = reinterpret_cast<const Node*>(&constant->val);
    switch (nodeTag(value)) {
        case T_Integer: return std::to_string(intVal(value));
        case T_Float: return reinterpret_cast<const Float*>(value)->fval;
        case T_Boolean: return boolVal(value) ? "true" : "false";
        case T_String: return strVal(value);
        case T_BitString: return reinterpret_cast<const BitString*>(value)->bsval;
        default: return {};  // no other constant exists in the grammar
    }
}

std::string lower(std::string_view text) {
    std::string folded(text);
    for (char& c : folded)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return folded;
}

}  // namespace sql::lineage
