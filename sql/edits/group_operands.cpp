#include <algorithm>
#include <array>
#include <string_view>

#include "sql/edits/constant_expressions.hpp"
#include "sql/edits/equality.hpp"
#include "sql/edits/grouped_query.hpp"
#include "sql/edits/person_tables.hpp"
#include "sql/edits/times.hpp"
#include "sql/edits/total_expressions.hpp"
#include "sql/is_one_of.hpp"
#include "sql/parse/literals.hpp"
#include "sql/summed_values.hpp"
#include "sql/type_oids.hpp"

#include "sql/parse/pg_nodes.hpp"

// What aggregates over groups may be worked out of: nothing that fails on the values of one person.
namespace sql::edits {
namespace {

/// Of no more than twelve digits, or no number and no text.
bool is_small(const A_Const* constant) {
    if (constant->isnull || IsA(&constant->val, Integer) || IsA(&constant->val, Boolean)) return true;
    if (!IsA(&constant->val, Float)) return false;
    const std::string_view written = constant->val.fval.fval;
    return written.size() < 12 && written.find_first_of("eE") == std::string_view::npos;
}

/// Of a Float, which is also what an integer of many digits is.
bool is_whole_number(const A_Const* constant) {
    return std::string_view(constant->val.fval.fval).find('.') == std::string_view::npos;
}

bool is_above_zero(const Node* node) {
    if (!IsA(node, A_Const)) return false;
    const auto* constant = reinterpret_cast<const A_Const*>(node);
    if (IsA(&constant->val, Integer)) return constant->val.ival.ival > 0;
    return std::string_view(constant->val.fval.fval).find_first_of("123456789") != std::string_view::npos;
}

/// How many of them are kept behind the point.
bool is_digits(const Node* node) {
    if (!IsA(node, A_Const)) return false;
    const auto* constant = reinterpret_cast<const A_Const*>(node);
    return !constant->isnull && IsA(&constant->val, Integer) && constant->val.ival.ival <= 20;
}

/// Of weeks and their days an interval has none.
bool is_field_of_intervals(std::string_view unit) {
    return is_one_of(unit, "epoch", "microseconds", "milliseconds", "second", "minute", "hour", "day",
                     "month", "year");
}

}  // namespace

// Whether DISTINCT never fails on two values of the columns in it.
bool GroupedQuery::compares_columns(Node* value) const {
    return std::ranges::all_of(columns_in(value), [&](const Node* ref) {
        const Column* column = column_of(ref);
        return column == nullptr || compares_without_failing(column->type, catalog_);
    });
}

// What no value can push out of its type's range: of one column, or of several whose types bound their
// digits.
std::optional<GroupedQuery::Number> GroupedQuery::reckoned(const Node* node, int steps) const {
    if (node == nullptr || steps == 0) return std::nullopt;
    switch (nodeTag(node)) {
        case T_A_Const: {
            const auto* constant = reinterpret_cast<const A_Const*>(node);
            if (constant->isnull || IsA(&constant->val, Boolean) || !is_small(constant)) return std::nullopt;
            if (IsA(&constant->val, Integer)) return Number{.integer = true};
            return IsA(&constant->val, Float) ? std::optional(Number{.integer = is_whole_number(constant)})
                                              : std::nullopt;
        }
        case T_ColumnRef: {
            const Column* column = column_of(node);
            if (column == nullptr) return std::nullopt;
            const Oid type = base_type(column->type, catalog_);
            const bool integer = type_oid::is_integer(type);
            if (!integer && type != type_oid::numeric) return std::nullopt;
            const bool bounded = integer || catalog_.base_typmod(*column) >= 0;
            return Number{.integer = integer, .columns = 1, .bounded = bounded};
        }
        case T_CoalesceExpr: {
            const List* args = reinterpret_cast<const CoalesceExpr*>(node)->args;
            if (list_length(args) != 2) return std::nullopt;
            const auto first = reckoned(static_cast<Node*>(linitial(args)), steps - 1);
            const auto* other = static_cast<const Node*>(lsecond(args));
            return first && IsA(other, A_Const) && reckoned(other, steps - 1) ? first : std::nullopt;
        }
        case T_TypeCast: {
            const auto* cast = reinterpret_cast<const TypeCast*>(node);
            auto number = reckoned(cast->arg, steps - 1);
            if (!number || cast->typeName->typmods != nullptr || cast->typeName->arrayBounds != nullptr ||
                std::string_view(strVal(llast(cast->typeName->names))) != "numeric")
                return std::nullopt;
            number->integer = false;
            return number;
        }
        case T_FuncCall: {
            const auto* call = reinterpret_cast<const FuncCall*>(node);
            const std::string_view name = strVal(llast(call->funcname));
            const int count = list_length(call->args);
            const bool plain = call->agg_filter == nullptr && call->over == nullptr && !call->agg_distinct &&
                               !call->func_variadic && count > 0;
            if (plain && is_one_of(name, "extract", "length")) return of_field(node, name == "length");
            auto number =
                plain ? reckoned(static_cast<Node*>(linitial(call->args)), steps - 1) : std::nullopt;
            if (!number || number->integer) return std::nullopt;  // the others are of floating numbers
            if (is_one_of(name, "abs", "floor", "ceil", "ceiling") && count == 1) return number;
            return is_one_of(name, "round", "trunc") &&
                           (count == 1 || (count == 2 && is_digits(static_cast<Node*>(lsecond(call->args)))))
                       ? number
                       : std::nullopt;
        }
        case T_A_Expr: return of_operator(reinterpret_cast<const A_Expr*>(node), steps);
        default: return std::nullopt;
    }
}

// extract(hour FROM a), length(a): of few digits whatever the time or the text is.
std::optional<GroupedQuery::Number> GroupedQuery::of_field(const Node* call, bool integer) const {
    Node* value = const_cast<Node*>(call);
    if (!cannot_fail(value, [this](const Node* ref) { return type_of(ref); })) {
        const List* args = reinterpret_cast<const FuncCall*>(call)->args;
        if (integer || list_length(args) != 2) return std::nullopt;
        const auto* time = static_cast<const Node*>(lsecond(args));
        const std::string unit = unit_of(static_cast<Node*>(linitial(args)));
        if (IsA(time, ColumnRef) && type_of(time) == type_oid::interval && is_field_of_intervals(unit))
            return Number{.columns = 1, .bounded = true};
        const bool known = is_known_time(time) && is_field_of_times(unit);
        return known ? std::optional(Number{.bounded = true}) : std::nullopt;
    }
    return Number{.integer = integer, .columns = static_cast<int>(columns_in(value).size()), .bounded = true};
}

std::optional<GroupedQuery::Number> GroupedQuery::of_operator(const A_Expr* expr, int steps) const {
    if (expr->kind != AEXPR_OP || list_length(expr->name) != 1) return std::nullopt;
    const std::string_view op = strVal(linitial(expr->name));
    const auto right = reckoned(expr->rexpr, steps - 1);
    if (!right || !is_one_of(op, "+", "-", "*", "/")) return std::nullopt;
    if (expr->lexpr == nullptr) return op == "-" && !right->integer ? right : std::nullopt;
    const auto left = reckoned(expr->lexpr, steps - 1);
    if (!left) return std::nullopt;
    Number result{.integer = left->integer && right->integer,
                  .columns = left->columns + right->columns,
                  .bounded = left->bounded && right->bounded};
    if (result.columns > 1 && !result.bounded) return std::nullopt;
    if (op == "/") return is_above_zero(expr->rexpr) ? std::optional(result) : std::nullopt;
    // Integers would overflow; with 1.0 in place of 1 PostgreSQL reckons in numeric.
    return result.integer && result.columns > 0 ? std::nullopt : std::optional(result);
}

// numeric(18, 2) of a column that has no more digits in front of the point.
bool GroupedQuery::holds_all_digits(const TypeCast* cast) const {
    const Column* column = column_of(cast->arg);
    const List* typmods = cast->typeName->typmods;
    std::array<int, 2> wanted = {0, 0};
    for (int i = 0; i < list_length(typmods) && i < 2; ++i) {
        const A_Const* digits = parse::literal(static_cast<const Node*>(list_nth(typmods, i)));
        if (digits == nullptr || digits->isnull || !IsA(&digits->val, Integer)) return false;
        wanted.at(static_cast<std::size_t>(i)) = digits->val.ival.ival;
    }
    if (column == nullptr) return false;
    const int in_front = wanted[0] - wanted[1];
    switch (base_type(column->type, catalog_)) {
        case type_oid::int2: return in_front >= 5;
        case type_oid::int4: return in_front >= 10;
        case type_oid::int8: return in_front >= 19;
        case type_oid::numeric: {
            // Precision and scale, as numeric's typmod holds them (PostgreSQL's numeric.c).
            constexpr int header = 4;
            const int typmod = catalog_.base_typmod(*column) - header;
            if (typmod < 0) return false;
            const int scale = typmod & 0x7ff;
            const int precision = (typmod >> 16) & 0xffff;
            return scale < 1024 && in_front > precision - scale;  // what is rounded may have one more
        }
        default: return false;
    }
}

// Of what may be summed; 0: a constant, which becomes of any number's type.
Oid GroupedQuery::type_of_operand(const Node* node) const {
    switch (nodeTag(node)) {
        case T_A_Const: return 0;
        case T_ColumnRef: return type_of(node);
        case T_CoalesceExpr:
            return type_of(static_cast<Node*>(linitial(reinterpret_cast<const CoalesceExpr*>(node)->args)));
        case T_TypeCast: {
            const auto* cast = reinterpret_cast<const TypeCast*>(node);
            return std::string_view(strVal(llast(cast->typeName->names))) == "float8" ? type_oid::float8
                                                                                      : type_oid::numeric;
        }
        default: return type_oid::numeric;
    }
}

// The branches of a CASE become one type: a bigint that becomes an oid, or a numeric a float8, fails where it
// is too large. Numbers that are not floating become numeric at most.
bool GroupedQuery::are_of_one_type(const Node* one, const Node* other) const {
    const std::array<Oid, 2> types = {type_of_operand(one), type_of_operand(other)};
    const auto is_exact = [](Oid type) { return type == type_oid::numeric || type_oid::is_integer(type); };
    return (types[0] != 0 && types[0] == types[1]) || IsA(one, A_Const) || IsA(other, A_Const) ||
           (is_exact(types[0]) && is_exact(types[1]));
}

// How many days, months or small letters there are: an expression over columns that cannot fail, and that is
// NULL where a column of it is, for whom that leaves out is proven by the column.
bool GroupedQuery::may_be_counted(Node* node) const {
    struct Search {
        static bool walk(Node* at, void* context) {
            if (at == nullptr) return false;
            if (!IsA(at, ColumnRef) && !IsA(at, A_Const) && !IsA(at, TypeCast) && !IsA(at, TypeName) &&
                !IsA(at, FuncCall) && !IsA(at, List) && !IsA(at, String) && !IsA(at, Integer))
                return true;
            if (IsA(at, FuncCall) &&
                !is_one_of(strVal(llast(reinterpret_cast<FuncCall*>(at)->funcname)), "date", "date_trunc",
                           "date_part", "extract", "timezone", "lower", "upper", "length"))
                return true;
            return !IsA(at, ColumnRef) &&
                   raw_expression_tree_walker(at, reinterpret_cast<bool (*)()>(walk), context);
        }
    };
    return !columns_in(node).empty() && !Search::walk(node, nullptr) && open_columns_only(node) &&
           compares_columns(node) && cannot_fail(node, [this](const Node* ref) { return type_of(ref); });
}

// What is summed, in each branch of a CASE.
bool GroupedQuery::weighs_each(const Node* node, int factors) const {
    if (searched_choice(node) != nullptr)
        return std::ranges::all_of(results_of(const_cast<Node*>(node)),
                                   [&](const Node* result) { return weighs_each(result, factors); });
    const auto column = [this](const ColumnRef* ref) { return summed(reinterpret_cast<const Node*>(ref)); };
    return chooses_nobody(node, column, factors);
}

SummedColumn GroupedQuery::summed(const Node* ref) const {
    const auto place = place_of(text_, ref);
    if (!place) return {.name = strVal(llast(reinterpret_cast<const ColumnRef*>(ref)->fields))};
    return is_person_table(*place->first) ? summed_below(*place) : summed(*place);
}

SummedColumn GroupedQuery::summed(const Place& place) {
    const Column* attribute = column_at(place).attribute;
    return attribute == nullptr || place.first->relation == nullptr
               ? SummedColumn{.name = column_at(place).name}
               : summed_column(*place.first->relation, *attribute);
}

bool GroupedQuery::names_moments_only(Node* values) const {
    return std::ranges::all_of(columns_in(values), [this](const Node* ref) { return summed(ref).is_moment; });
}

// What was worked out of each person: a column, or a total of one; anything else may be any choice.
SummedColumn GroupedQuery::summed_below(const Place& place) const {
    const int number = column_at(place).output;
    if (number < 0) return {.is_choice = true};
    const resolve::OutputColumn& output = place.first->query->outputs[static_cast<std::size_t>(number)];
    if (output.item != nullptr) return summed({output.item, output.column});
    if (output.value == nullptr || !IsA(output.value, FuncCall) || !column_at(place).attribute->generated)
        return {.is_choice = true};
    const auto* call = reinterpret_cast<const FuncCall*>(output.value);
    const auto* argument =
        call->agg_star || list_length(call->args) != 1 ? nullptr : static_cast<Node*>(linitial(call->args));
    const std::string_view name = strVal(llast(call->funcname));
    if (name == "count") return {.name = "count"};
    if (argument == nullptr || !IsA(argument, ColumnRef)) return {.is_choice = true};
    SummedColumn column = summed(argument);
    column.is_fraction = column.is_fraction || name == "avg";
    return column;
}

// A column, or arithmetic over one and constants whose result no value can push out of its type's range. A
// text would become a number of any size.
bool GroupedQuery::may_be_summed(Node* node) const {
    if (IsA(node, A_Const)) return is_small(reinterpret_cast<const A_Const*>(node));
    if (searched_choice(node) != nullptr) {
        const std::vector<Node*> values = results_of(node);
        return std::ranges::all_of(values, [&](Node* value) {
            return !IsA(value, CaseExpr) && may_be_summed(value) &&
                   std::ranges::all_of(
                       values, [&](Node* other) { return value == other || are_of_one_type(value, other); });
        });
    }
    if (IsA(node, ColumnRef)) {
        // A whole row, as in count(c), would be one person's.
        const auto bound = text_.bound.find(node);
        return bound == text_.bound.end() || bound->second.column >= 0;
    }
    const auto is_number = [&](const Node* ref) {
        return type_of(ref) == type_oid::numeric || type_oid::is_integer(type_of(ref));
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
        if (cast->typeName->arrayBounds != nullptr) return false;
        const std::string_view name = strVal(llast(cast->typeName->names));
        if (cast->typeName->typmods != nullptr) return name == "numeric" && holds_all_digits(cast);
        if (IsA(cast->arg, A_Const)) return name == "int8" && is_small(reinterpret_cast<A_Const*>(cast->arg));
        const bool widens = name == "int8" && type_of(cast->arg) != type_oid::numeric;
        return is_number(cast->arg) && (widens || is_one_of(name, "numeric", "float8"));
    }
    constexpr int most_steps = 8;  // what a numeric can hold of that many products
    const auto number = reckoned(node, most_steps);
    return number && number->columns > 0;
}

}  // namespace sql::edits
