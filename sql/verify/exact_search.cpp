#include "sql/verify/exact_search.hpp"

#include <string_view>
#include <utility>

#include "sql/is_one_of.hpp"
#include "sql/searched_values.hpp"
#include "sql/verify/expressions.hpp"

namespace sql::verify {
namespace {

// PostgreSQL's: by its schema, or without one where an extension has another for its own types.
bool is_own(const List* name) {
    return list_length(name) == 1 ||
           (list_length(name) == 2 && std::string_view(strVal(linitial(name))) == "pg_catalog");
}

// What lower() and its kind, and casts to text, fold. `by_function`: the innermost fold is no cast.
const Node* unfolded(const Node* value, bool& by_function) {
    while (value != nullptr) {
        if (nodeTag(value) == T_TypeCast) {
            const auto* cast = reinterpret_cast<const TypeCast*>(value);
            if (cast->typeName->typmods != nullptr || cast->typeName->arrayBounds != nullptr ||
                !is_own(cast->typeName->names) ||
                !is_one_of(strVal(llast(cast->typeName->names)), "text", "varchar"))
                return value;
            value = cast->arg;
            by_function = false;
            continue;
        }
        const auto* call = nodeTag(value) == T_FuncCall ? reinterpret_cast<const FuncCall*>(value) : nullptr;
        if (call == nullptr || list_length(call->args) != 1 || call->over != nullptr ||
            call->agg_filter != nullptr || call->func_variadic || !is_own(call->funcname) ||
            !folds_searched_column(strVal(llast(call->funcname))))
            return value;
        value = static_cast<const Node*>(linitial(call->args));
        by_function = true;
    }
    return value;
}

bool says_no_pattern(const Node* value) {
    while (value != nullptr && nodeTag(value) == T_TypeCast)
        value = reinterpret_cast<const TypeCast*>(value)->arg;
    if (value == nullptr || nodeTag(value) != T_A_Const) return false;
    const auto* constant = reinterpret_cast<const A_Const*>(value);
    return !constant->isnull && nodeTag(&constant->val) == T_String &&
           is_plain_pattern(constant->val.sval.sval);
}

}  // namespace

bool is_exact_search(const Node* node, const Catalog& catalog, const SearchedColumn& searched) {
    if (node == nullptr || nodeTag(node) != T_A_Expr) return false;
    const auto* comparison = reinterpret_cast<const A_Expr*>(node);
    if (list_length(comparison->name) == 0) return false;
    const std::string_view op = strVal(llast(comparison->name));
    const Node* left = comparison->lexpr;
    const Node* right = comparison->rexpr;
    bool matches = false;
    switch (comparison->kind) {
        case AEXPR_OP:
            if (is_constant(left)) std::swap(left, right);
            [[fallthrough]];
        case AEXPR_IN:
        case AEXPR_OP_ANY:
            if (op != "=" || !is_constant(right)) return false;
            break;
        case AEXPR_LIKE:
        case AEXPR_ILIKE:
            if (!is_one_of(op, "~~", "~~*") || !says_no_pattern(right)) return false;
            matches = true;
            break;
        default: return false;
    }
    bool by_function = false;
    const Node* inner = unfolded(left, by_function);
    if (inner == nullptr || nodeTag(inner) != T_ColumnRef) return false;
    const Column* column = searched(reinterpret_cast<const ColumnRef*>(inner));
    return column != nullptr && (!(by_function || matches) || folds_whole(column->type, catalog));
}

}  // namespace sql::verify
