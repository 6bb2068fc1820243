#include "sql/edits/total_expressions.hpp"

#include "sql/is_one_of.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

constexpr std::array<Oid, 3> times = {1082, 1114, 1184};  // date, timestamp, timestamptz

/// An operator that compares, and so puts no value into an error.
bool compares(const A_Expr* expr) {
    switch (expr->kind) {
        case AEXPR_OP:
        case AEXPR_OP_ANY:
        case AEXPR_OP_ALL:
        case AEXPR_IN:
            return list_length(expr->name) == 1 &&
                   is_one_of(strVal(linitial(expr->name)), "=", "<>", "<", "<=", ">", ">=");
        case AEXPR_DISTINCT:
        case AEXPR_NOT_DISTINCT:
        case AEXPR_BETWEEN:
        case AEXPR_NOT_BETWEEN:
        case AEXPR_BETWEEN_SYM:
        case AEXPR_NOT_BETWEEN_SYM:
        case AEXPR_LIKE:
        case AEXPR_ILIKE: return true;
        case AEXPR_NULLIF:
        case AEXPR_SIMILAR: return false;
    }
    return false;
}

/// A column that holds times, or one that is cut to larger units.
bool is_time(Node* node, const TypeOf& type_of) {
    if (IsA(node, ColumnRef)) return std::ranges::find(times, type_of(node)) != times.end();
    if (!IsA(node, FuncCall)) return false;
    const auto* call = reinterpret_cast<FuncCall*>(node);
    return is_one_of(strVal(llast(call->funcname)), "date_trunc") && list_length(call->args) == 2 &&
           is_time(static_cast<Node*>(lsecond(call->args)), type_of);
}

}  // namespace

bool has_column(Node* node) {
    struct Walker {
        static bool walk(Node* at, void*) {
            if (at == nullptr) return false;
            return IsA(at, ColumnRef) ||
                   raw_expression_tree_walker(at, reinterpret_cast<bool (*)()>(walk), nullptr);
        }
    };
    return Walker::walk(node, nullptr);
}

bool cannot_fail(Node* node, const TypeOf& type_of) {
    if (node == nullptr || !has_column(node)) return true;  // what no row decides
    const auto all = [&](const List* list) {
        const ListCell* c = nullptr;
        foreach (c, list) {
            if (!cannot_fail(static_cast<Node*>(lfirst(c)), type_of)) return false;
        }
        return true;
    };
    switch (nodeTag(node)) {
        case T_ColumnRef: return true;
        case T_List: return all(reinterpret_cast<List*>(node));
        case T_BoolExpr: return all(reinterpret_cast<BoolExpr*>(node)->args);
        case T_CoalesceExpr: return all(reinterpret_cast<CoalesceExpr*>(node)->args);
        case T_NullTest:
            return cannot_fail(reinterpret_cast<Node*>(reinterpret_cast<NullTest*>(node)->arg), type_of);
        case T_BooleanTest:
            return cannot_fail(reinterpret_cast<Node*>(reinterpret_cast<BooleanTest*>(node)->arg), type_of);
        case T_A_Expr: {
            const auto* expr = reinterpret_cast<A_Expr*>(node);
            // A pattern from a row may be none.
            const bool matches = expr->kind == AEXPR_LIKE || expr->kind == AEXPR_ILIKE;
            return compares(expr) && !(matches && has_column(expr->rexpr)) &&
                   cannot_fail(expr->lexpr, type_of) && cannot_fail(expr->rexpr, type_of);
        }
        case T_CaseExpr: {
            // Its WHENs are no nodes that can be walked by themselves.
            const auto* expr = reinterpret_cast<CaseExpr*>(node);
            const ListCell* c = nullptr;
            foreach (c, expr->args) {
                const auto* when = static_cast<CaseWhen*>(lfirst(c));
                if (!cannot_fail(reinterpret_cast<Node*>(when->expr), type_of) ||
                    !cannot_fail(reinterpret_cast<Node*>(when->result), type_of))
                    return false;
            }
            return cannot_fail(reinterpret_cast<Node*>(expr->arg), type_of) &&
                   cannot_fail(reinterpret_cast<Node*>(expr->defresult), type_of);
        }
        case T_TypeCast: {
            const auto* cast = reinterpret_cast<TypeCast*>(node);
            const std::string_view name = strVal(llast(cast->typeName->names));
            const bool of_time = is_time(cast->arg, type_of);
            return (name == "text" || (of_time && is_one_of(name, "date", "timestamp", "timestamptz"))) &&
                   cannot_fail(cast->arg, type_of);
        }
        case T_FuncCall: {
            const auto* call = reinterpret_cast<FuncCall*>(node);
            const std::string_view name = strVal(llast(call->funcname));
            if (is_one_of(name, "lower", "upper", "length")) return all(call->args);
            if (name == "to_char") {
                return list_length(call->args) == 2 &&
                       is_time(static_cast<Node*>(linitial(call->args)), type_of) &&
                       !has_column(static_cast<Node*>(lsecond(call->args))) && all(call->args);
            }
            return is_one_of(name, "date_trunc", "date_part", "extract", "timezone") &&
                   !has_column(static_cast<Node*>(linitial(call->args))) && all(call->args);
        }
        default: return false;  // everything else may fail on one person's value
    }
}

}  // namespace sql::edits
