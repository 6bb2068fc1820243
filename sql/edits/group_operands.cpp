#include <algorithm>
#include <array>
#include <string_view>

#include "sql/edits/equality.hpp"
#include "sql/edits/grouped_query.hpp"
#include "sql/is_one_of.hpp"

#include "sql/parse/pg_nodes.hpp"

// What aggregates over groups may be worked out of: nothing that fails on the values of one person.
namespace sql::edits {
namespace {

constexpr std::array<Oid, 3> integers = {20, 21, 23};  // int8, int2, int4
constexpr Oid numeric = 1700;

/// Of no more than twelve digits, or no number and no text.
bool is_small(const A_Const* constant) {
    if (constant->isnull || IsA(&constant->val, Integer) || IsA(&constant->val, Boolean)) return true;
    if (!IsA(&constant->val, Float)) return false;
    const std::string_view written = constant->val.fval.fval;
    return written.size() < 12 && written.find_first_of("eE") == std::string_view::npos;
}

}  // namespace

// Whether DISTINCT never fails on two values of the columns in it.
bool GroupedQuery::compares_columns(Node* value) const {
    return std::ranges::all_of(columns_in(value), [&](const Node* ref) {
        const Column* column = column_of(ref);
        return column == nullptr || compares_without_failing(column->type, catalog_);
    });
}

// price * quantity, or -price: reckoned in numeric, of columns whose types bound their digits.
bool GroupedQuery::is_bounded_arithmetic(const A_Expr* expr) const {
    bool in_numeric = false;
    for (const Node* operand : {expr->lexpr, expr->rexpr}) {
        if (operand == nullptr) continue;
        const Column* column = column_of(operand);
        if (column == nullptr) return false;
        const bool bounded_numeric = column->type == numeric && column->typmod >= 0;
        if (!bounded_numeric && std::ranges::find(integers, column->type) == integers.end()) return false;
        in_numeric = in_numeric || bounded_numeric;
    }
    const std::string_view op = strVal(linitial(expr->name));
    return in_numeric && (expr->lexpr == nullptr ? op == "-" : is_one_of(op, "+", "-", "*"));
}

// Of what may be summed; 0: a constant, which becomes of any number's type.
Oid GroupedQuery::type_of_operand(const Node* node) const {
    constexpr Oid float8 = 701;
    switch (nodeTag(node)) {
        case T_A_Const: return 0;
        case T_ColumnRef: return type_of(node);
        case T_CoalesceExpr:
            return type_of(static_cast<Node*>(linitial(reinterpret_cast<const CoalesceExpr*>(node)->args)));
        case T_TypeCast: {
            const auto* cast = reinterpret_cast<const TypeCast*>(node);
            return std::string_view(strVal(llast(cast->typeName->names))) == "float8" ? float8 : numeric;
        }
        default: return numeric;
    }
}

// The branches of a CASE become one type: a bigint that becomes an oid, or a numeric a float8, fails where it
// is too large. Numbers that are not floating become numeric at most.
bool GroupedQuery::are_of_one_type(const Node* one, const Node* other) const {
    const std::array<Oid, 2> types = {type_of_operand(one), type_of_operand(other)};
    const auto is_exact = [](Oid type) {
        return type == numeric || std::ranges::find(integers, type) != integers.end();
    };
    return (types[0] != 0 && types[0] == types[1]) || IsA(one, A_Const) || IsA(other, A_Const) ||
           (is_exact(types[0]) && is_exact(types[1]));
}

// A column, or arithmetic over one and constants whose result no value can push out of its type's range. A
// text would become a number of any size.
bool GroupedQuery::may_be_summed(Node* node) const {
    if (IsA(node, A_Const)) return is_small(reinterpret_cast<const A_Const*>(node));
    if (const CaseExpr* choice = one_choice(node)) {
        Node* other = reinterpret_cast<Node*>(choice->defresult);
        Node* value = reinterpret_cast<Node*>(when_of(choice)->result);
        return one_choice(value) == nullptr && may_be_summed(value) &&
               (other == nullptr ||
                (one_choice(other) == nullptr && may_be_summed(other) && are_of_one_type(value, other)));
    }
    if (IsA(node, ColumnRef)) {
        // A whole row, as in count(c), would be one person's.
        const auto bound = text_.bound.find(node);
        return bound == text_.bound.end() || bound->second.column >= 0;
    }
    const auto is_number = [&](const Node* ref) {
        return type_of(ref) == numeric || std::ranges::find(integers, type_of(ref)) != integers.end();
    };
    if (IsA(node, CoalesceExpr)) {
        const List* args = reinterpret_cast<CoalesceExpr*>(node)->args;
        return list_length(args) == 2 && IsA(static_cast<Node*>(linitial(args)), ColumnRef) &&
               may_be_summed(static_cast<Node*>(linitial(args))) &&
               IsA(static_cast<Node*>(lsecond(args)), A_Const) &&
               may_be_summed(static_cast<Node*>(lsecond(args)));
    }
    if (IsA(node, TypeCast)) {
        const auto* cast = reinterpret_cast<TypeCast*>(node);
        return is_number(cast->arg) && cast->typeName->typmods == nullptr &&
               is_one_of(strVal(llast(cast->typeName->names)), "numeric", "float8");
    }
    if (!IsA(node, A_Expr)) return false;
    const auto* expr = reinterpret_cast<A_Expr*>(node);
    if (expr->kind != AEXPR_OP || list_length(expr->name) != 1) return false;
    if (IsA(expr->rexpr, ColumnRef) && (expr->lexpr == nullptr || IsA(expr->lexpr, ColumnRef)))
        return is_bounded_arithmetic(expr);
    if (expr->lexpr == nullptr) return false;
    const bool column_left = !IsA(expr->lexpr, A_Const);
    Node* column = column_left ? expr->lexpr : expr->rexpr;
    Node* value = column_left ? expr->rexpr : expr->lexpr;
    if (!IsA(column, ColumnRef) || !IsA(value, A_Const) || reinterpret_cast<A_Const*>(value)->isnull)
        return false;
    // Integers would overflow; with 1.0 in place of 1 PostgreSQL reckons in numeric.
    const A_Const* constant = reinterpret_cast<A_Const*>(value);
    const bool decimal = IsA(&constant->val, Float);
    const std::string_view written = decimal ? constant->val.fval.fval : "";
    const bool in_numeric = (type_of(column) == numeric && (decimal || IsA(&constant->val, Integer))) ||
                            (is_number(column) && decimal && written.find('.') != std::string_view::npos);
    const std::string_view op = strVal(linitial(expr->name));
    const bool is_zero = decimal ? written.find_first_of("123456789") == std::string_view::npos
                                 : IsA(&constant->val, Integer) && constant->val.ival.ival == 0;
    return in_numeric && is_small(constant) &&
           (is_one_of(op, "+", "-", "*") || (op == "/" && column_left && !is_zero));
}

}  // namespace sql::edits
