#include "sql/edits/bins.hpp"

#include <optional>
#include <string_view>

#include "sql/edits/times.hpp"
#include "sql/is_one_of.hpp"
#include "sql/parse/literals.hpp"
#include "sql/type_oids.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

constexpr double most_int4 = 2'147'483'647;
constexpr int most_steps = 8;  // what a double can hold of that many products of constants

enum class Kind {
    time,
    field,    // of a time: bounded by the calendar
    integer,  // products of it may overflow
    number,   // reckoned in numeric, or bounded by far
    text,     // of a time
};

struct Bin {
    Kind kind;
    const Node* column;
    int moves = 0;    // of a time, by intervals: a few lead out of the range of its type
    double most = 0;  // of an integer: its absolute value; 0: all that its type holds
};

std::optional<Bin> bin_of(Node* node, const TypeOf& type_of, int steps);

const A_Const* constant(const Node* node) {
    const A_Const* found = parse::literal(node);
    return found == nullptr || found->isnull ? nullptr : found;
}

/// What an int4 holds of any time. Seconds since 1970 are more.
bool is_calendar_field(const std::string& unit) { return is_field_of_times(unit) && unit != "epoch"; }

/// Years, or parts of a minute.
double most_of_a_field(std::string_view unit) {
    return is_one_of(unit, "milliseconds", "microseconds") ? 60'000'000 : 6'000'000;
}

/// A number above zero, without an exponent and of few digits.
bool is_plain_number(const Node* node) {
    const A_Const* found = constant(node);
    if (found == nullptr) return false;
    if (IsA(&found->val, Integer)) return found->val.ival.ival >= 0;
    if (!IsA(&found->val, Float)) return false;
    const std::string_view written = found->val.fval.fval;
    return written.size() < 12 && written.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool is_integer(const Node* node) { return constant(node) != nullptr && IsA(&constant(node)->val, Integer); }

bool is_zero_number(const Node* node) {
    const A_Const* found = constant(node);
    if (is_integer(node)) return found->val.ival.ival == 0;
    return std::string_view(found->val.fval.fval).find_first_of("123456789") == std::string_view::npos;
}

/// width_bucket() has one more for what is at the upper bound or above, whose number must be one, too.
bool is_number_of_buckets(const Node* node) {
    return is_integer(node) && constant(node)->val.ival.ival < 1'000'000;
}

/// A unit, a time zone or a format: a literal of text, or a parameter, which is one, too.
bool is_named(const Node* node) {
    while (node != nullptr && IsA(node, TypeCast) && unit_of(node).empty() &&
           std::string_view(strVal(llast(reinterpret_cast<const TypeCast*>(node)->typeName->names))) ==
               "text")
        node = reinterpret_cast<const TypeCast*>(node)->arg;
    return node != nullptr && (IsA(node, ParamRef) || !unit_of(node).empty());
}

std::optional<Bin> of_call(const FuncCall* call, const TypeOf& type_of, int steps) {
    if (call->agg_filter != nullptr || call->agg_order != nullptr || call->over != nullptr ||
        call->agg_star || call->agg_distinct || call->func_variadic)
        return std::nullopt;
    const std::string_view name = strVal(llast(call->funcname));
    const int count = list_length(call->args);
    const auto argument = [&](int i) { return static_cast<Node*>(list_nth(call->args, i)); };
    if (name == "width_bucket" && count == 4) {
        const bool plain =
            constant(argument(1)) && constant(argument(2)) && is_number_of_buckets(argument(3));
        if (!plain || !IsA(argument(0), ColumnRef)) return std::nullopt;
        return Bin{Kind::integer, argument(0)};
    }
    if (name == "date" && count == 1) {
        const auto time = bin_of(argument(0), type_of, steps);
        return time && time->kind == Kind::time ? time : std::nullopt;
    }
    if (name == "date_trunc" && count == 3) {
        const auto time = bin_of(argument(1), type_of, steps);
        const bool zoned = is_named(argument(0)) && is_named(argument(2));
        return time && time->kind == Kind::time && zoned ? time : std::nullopt;
    }
    if (name == "to_char" && count == 2) {
        auto time = bin_of(argument(0), type_of, steps);
        if (!time || time->kind != Kind::time || !is_named(argument(1))) return std::nullopt;
        time->kind = Kind::text;
        return time;
    }
    if (is_one_of(name, "date_trunc", "timezone", "extract", "date_part", "date_bin")) {
        const bool bins = name == "date_bin";
        if (count != (bins ? 3 : 2) || (!bins && !is_named(argument(0)))) return std::nullopt;
        if (bins && (!is_short_interval(argument(0)) || !is_near_time(argument(2)))) return std::nullopt;
        auto time = bin_of(argument(1), type_of, steps);
        if (!time || time->kind != Kind::time) return std::nullopt;
        if (is_one_of(name, "extract", "date_part")) {
            time->kind = is_calendar_field(unit_of(argument(0))) ? Kind::field : Kind::number;
            time->most = most_of_a_field(unit_of(argument(0)));
        }
        return time;
    }
    if (is_one_of(name, "floor", "ceil", "ceiling", "trunc", "round")) {
        if (count < 1 || count > 2 || (count == 2 && !is_integer(argument(1)))) return std::nullopt;
        auto rounded = bin_of(argument(0), type_of, steps);
        if (!rounded || rounded->kind == Kind::time || rounded->kind == Kind::text) return std::nullopt;
        // Digits that a constant chooses could move a field to the end of a type.
        if (rounded->kind == Kind::integer || count == 2) rounded->kind = Kind::number;
        return rounded;
    }
    return std::nullopt;
}

/// x / c * c is no more than x.
bool is_multiple(const A_Expr* expr) {
    if (!IsA(expr->lexpr, A_Expr) || !is_integer(expr->rexpr)) return false;
    const auto* quotient = reinterpret_cast<const A_Expr*>(expr->lexpr);
    return quotient->kind == AEXPR_OP && std::string_view(strVal(linitial(quotient->name))) == "/" &&
           is_integer(quotient->rexpr) &&
           constant(quotient->rexpr)->val.ival.ival == constant(expr->rexpr)->val.ival.ival;
}

/// x % 2, of an integer.
std::optional<Bin> of_remainder(const A_Expr* expr, const TypeOf& type_of, int steps) {
    if (!is_integer(expr->rexpr) || is_zero_number(expr->rexpr) || !is_plain_number(expr->rexpr))
        return std::nullopt;
    auto bin = bin_of(expr->lexpr, type_of, steps);
    if (!bin || bin->kind != Kind::integer) return std::nullopt;
    bin->most = constant(expr->rexpr)->val.ival.ival;
    return bin;
}

std::optional<Bin> of_operator(const A_Expr* expr, const TypeOf& type_of, int steps) {
    if (expr->kind != AEXPR_OP || expr->lexpr == nullptr || list_length(expr->name) != 1) return std::nullopt;
    const std::string_view op = strVal(linitial(expr->name));
    if (op == "%") return of_remainder(expr, type_of, steps);
    if (!is_one_of(op, "+", "-", "*", "/")) return std::nullopt;
    const bool left = constant(expr->lexpr) == nullptr;
    Node* value = left ? expr->lexpr : expr->rexpr;
    const Node* other = left ? expr->rexpr : expr->lexpr;
    auto bin = bin_of(value, type_of, steps);
    if (!bin || bin->kind == Kind::text) return std::nullopt;
    if (bin->kind == Kind::time) {
        const bool moved = left && is_one_of(op, "+", "-") && is_short_interval(other);
        return moved && ++bin->moves <= 2 ? bin : std::nullopt;
    }
    if (!is_plain_number(other) || (op == "/" && (!left || is_zero_number(other)))) return std::nullopt;
    if (bin->kind == Kind::integer && is_integer(other)) {
        const double number = constant(other)->val.ival.ival;
        if (op == "/" || (op == "*" && left && is_multiple(expr))) return bin;
        if (bin->most == 0 || op == "/") return std::nullopt;
        bin->most = op == "*" ? bin->most * number : bin->most + number;
        return bin->most > 0 && bin->most < most_int4 ? bin : std::nullopt;
    }
    if (bin->kind == Kind::field && is_integer(other) && is_one_of(op, "+", "-")) {
        bin->most += constant(other)->val.ival.ival;
        if (bin->most < most_int4) return bin;
    }
    bin->kind = Kind::number;
    return bin;
}

std::optional<Bin> of_cast(const TypeCast* cast, const TypeOf& type_of, int steps) {
    auto bin = bin_of(cast->arg, type_of, steps);
    if (!bin || cast->typeName->typmods != nullptr || cast->typeName->arrayBounds != nullptr)
        return std::nullopt;
    const std::string_view name = strVal(llast(cast->typeName->names));
    switch (bin->kind) {
        case Kind::time: return is_time(name) ? bin : std::nullopt;
        case Kind::text: return std::nullopt;
        case Kind::field:
            if (is_one_of(name, "int4", "int8")) return Bin{Kind::integer, bin->column, 0, bin->most};
            return is_one_of(name, "numeric", "float8") ? bin : std::nullopt;
        case Kind::integer:
        case Kind::number:
            if (name != "numeric") return std::nullopt;
            bin->kind = Kind::number;
            return bin;
    }
    return std::nullopt;
}

std::optional<Bin> bin_of(Node* node, const TypeOf& type_of, int steps) {
    if (node == nullptr || steps == 0) return std::nullopt;
    switch (nodeTag(node)) {
        case T_ColumnRef: {
            const Oid type = type_of(node);
            if (is_time(type)) return Bin{Kind::time, node};
            if (type_oid::is_integer(type)) return Bin{Kind::integer, node};
            return type == type_oid::numeric ? std::optional(Bin{Kind::number, node}) : std::nullopt;
        }
        case T_FuncCall: return of_call(reinterpret_cast<const FuncCall*>(node), type_of, steps - 1);
        case T_A_Expr: return of_operator(reinterpret_cast<const A_Expr*>(node), type_of, steps - 1);
        case T_TypeCast: return of_cast(reinterpret_cast<const TypeCast*>(node), type_of, steps - 1);
        default: return std::nullopt;  // something not thought of
    }
}

}  // namespace

const Node* bucketed(Node* key, const TypeOf& type_of) {
    if (IsA(key, ColumnRef)) return nullptr;
    const auto bin = bin_of(key, type_of, most_steps);
    return bin ? bin->column : nullptr;
}

}  // namespace sql::edits
