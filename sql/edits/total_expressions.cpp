#include "sql/edits/total_expressions.hpp"

#include "sql/edits/bins.hpp"
#include "sql/edits/literals.hpp"
#include "sql/is_one_of.hpp"

#include <algorithm>
#include <array>
#include <string>
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

namespace {

/// Read before any row is: not by a function that waits for one (numbers as money), nor by a domain's CHECK.
bool is_typed_literal(const TypeCast* cast) {
    if (literal_text(cast->arg) == nullptr || cast->typeName->arrayBounds != nullptr) return false;
    const ListCell* c = nullptr;
    foreach (c, cast->typeName->names) {
        const bool last = c == list_tail(cast->typeName->names);
        if (!last && std::string_view(strVal(lfirst(c))) != "pg_catalog") return false;
    }
    return is_one_of(strVal(llast(cast->typeName->names)), "text", "varchar", "bool", "int2", "int4", "int8",
                     "numeric", "date", "timestamp", "timestamptz", "interval", "uuid");
}

bool is_now(const Node* node) {
    if (IsA(node, SQLValueFunction)) return true;
    if (!IsA(node, FuncCall)) return false;
    const auto* call = reinterpret_cast<const FuncCall*>(node);
    return call->args == nullptr && std::string_view(strVal(llast(call->funcname))) == "now";
}

/// What has its value before any row is read, or cannot fail later.
bool is_constant(const Node* node) {
    if (node == nullptr || IsA(node, A_Const) || IsA(node, ParamRef) || is_now(node)) return true;
    if (IsA(node, TypeCast)) return is_typed_literal(reinterpret_cast<const TypeCast*>(node));
    const List* parts = IsA(node, List)          ? reinterpret_cast<const List*>(node)
                        : IsA(node, A_ArrayExpr) ? reinterpret_cast<const A_ArrayExpr*>(node)->elements
                                                 : nullptr;
    if (parts != nullptr) {
        const ListCell* c = nullptr;
        foreach (c, parts) {
            if (!is_constant(static_cast<const Node*>(lfirst(c)))) return false;
        }
        return true;
    }
    if (!IsA(node, A_Expr)) return false;
    const auto* expr = reinterpret_cast<const A_Expr*>(node);
    return expr->kind == AEXPR_OP && expr->lexpr != nullptr &&
           is_one_of(strVal(llast(expr->name)), "+", "-") && is_now(expr->lexpr) &&
           is_short_interval(expr->rexpr);
}

/// A pattern that ends in its escape character fails on the values that fit what stands before.
bool is_whole_pattern(const Node* node) {
    char escape = '\\';
    if (IsA(node, FuncCall)) {
        const auto* call = reinterpret_cast<const FuncCall*>(node);
        if (std::string_view(strVal(llast(call->funcname))) != "like_escape" || list_length(call->args) != 2)
            return false;
        const char* given = literal_text(static_cast<const Node*>(lsecond(call->args)));
        if (given == nullptr || std::string_view(given).size() > 1) return false;
        escape = *given;
        node = static_cast<const Node*>(linitial(call->args));
    }
    if (IsA(node, TypeCast)) node = reinterpret_cast<const TypeCast*>(node)->arg;
    const char* pattern = literal_text(node);
    return pattern == nullptr ? IsA(node, ParamRef) : !std::string_view(pattern).ends_with(escape);
}

/// A part of a choice may be reached because of a row: whatever stands there must not fail, either.
struct TotalExpressions {
    const TypeOf& type_of;

    [[nodiscard]] bool holds(Node* node, bool chosen = false) const {
        if (node == nullptr || !has_column(node)) return !chosen || is_constant(node);
        const auto all = [&](const List* list, bool by_choice) {
            const ListCell* c = nullptr;
            foreach (c, list) {
                if (!holds(static_cast<Node*>(lfirst(c)), by_choice)) return false;
            }
            return true;
        };
        switch (nodeTag(node)) {
            case T_ColumnRef: return true;
            case T_List: return all(reinterpret_cast<List*>(node), chosen);
            case T_BoolExpr: return all(reinterpret_cast<BoolExpr*>(node)->args, true);
            case T_CoalesceExpr: return all(reinterpret_cast<CoalesceExpr*>(node)->args, true);
            case T_NullTest: return holds(as_node(reinterpret_cast<NullTest*>(node)->arg), chosen);
            case T_BooleanTest: return holds(as_node(reinterpret_cast<BooleanTest*>(node)->arg), chosen);
            case T_A_Expr: {
                const auto* expr = reinterpret_cast<A_Expr*>(node);
                const bool matches = expr->kind == AEXPR_LIKE || expr->kind == AEXPR_ILIKE;
                return compares(expr) && (!matches || is_whole_pattern(expr->rexpr)) &&
                       holds(expr->lexpr, chosen) && (matches || holds(expr->rexpr, chosen));
            }
            case T_CaseExpr: {
                // Its WHENs are no nodes that can be walked by themselves.
                const auto* expr = reinterpret_cast<CaseExpr*>(node);
                const ListCell* c = nullptr;
                foreach (c, expr->args) {
                    const auto* when = static_cast<CaseWhen*>(lfirst(c));
                    if (!holds(as_node(when->expr), true) || !holds(as_node(when->result), true))
                        return false;
                }
                return holds(as_node(expr->arg), chosen) && holds(as_node(expr->defresult), true);
            }
            case T_TypeCast: {
                const auto* cast = reinterpret_cast<TypeCast*>(node);
                const std::string_view name = strVal(llast(cast->typeName->names));
                const bool of_time = is_time(cast->arg, type_of);
                return (name == "text" || (of_time && is_one_of(name, "date", "timestamp", "timestamptz"))) &&
                       holds(cast->arg, chosen);
            }
            case T_FuncCall: return call(reinterpret_cast<FuncCall*>(node), all, chosen);
            default: return false;  // everything else may fail on one person's value
        }
    }

    [[nodiscard]] static bool is_unit(const Node* node) {
        const char* written = literal_text(node);
        if (written == nullptr) return false;
        std::string unit(written);
        std::ranges::transform(unit, unit.begin(),
                               [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
        return is_one_of(unit, "millennium", "century", "decade", "year", "quarter", "month", "week", "day",
                         "hour", "minute", "second", "milliseconds", "microseconds", "dow", "isodow", "doy",
                         "isoyear", "epoch");
    }

    [[nodiscard]] bool call(FuncCall* call, const auto& all, bool chosen) const {
        const std::string_view name = strVal(llast(call->funcname));
        if (is_one_of(name, "lower", "upper", "length")) return all(call->args, chosen);
        const auto* first = call->args == nullptr ? nullptr : static_cast<Node*>(linitial(call->args));
        if (first == nullptr) return false;
        if (name == "to_char") {
            return list_length(call->args) == 2 &&
                   is_time(static_cast<Node*>(linitial(call->args)), type_of) &&
                   !has_column(static_cast<Node*>(lsecond(call->args))) && all(call->args, chosen);
        }
        if (name == "timezone") {
            return !chosen && !has_column(static_cast<Node*>(linitial(call->args))) &&
                   all(call->args, chosen);
        }
        return is_one_of(name, "date_trunc", "date_part", "extract") && is_unit(first) &&
               all(call->args, chosen);
    }

    [[nodiscard]] static Node* as_node(Expr* expr) { return reinterpret_cast<Node*>(expr); }
};

}  // namespace

bool cannot_fail(Node* node, const TypeOf& type_of) {
    return node == nullptr || !has_column(node) || TotalExpressions{type_of}.holds(node);
}

}  // namespace sql::edits
