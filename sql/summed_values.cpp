#include "sql/summed_values.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>

#include "sql/is_one_of.hpp"
#include "sql/type_oids.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql {
namespace {

/// A value as a polynomial.
struct Polynomial {
    std::map<std::string, int> powers{};  // the largest of each column
    int factors = 0;                      // of its longest product
    bool constants = false;               // the client's are in it
    bool moment = false;                  // the time of the statement is
    bool times = true;                    // all its columns are times
    bool sum = false;
    bool steps = false;        // it is no polynomial: it jumps from value to value
    bool is_fraction = false;  // by type
};
using Known = std::optional<Polynomial>;

std::string_view last_name(const List* names) { return strVal(llast(names)); }

const Node* argument(const FuncCall* call, int i) {
    return i < list_length(call->args) ? static_cast<const Node*>(list_nth(call->args, i)) : nullptr;
}

bool is_constant(const Node* node) { return node != nullptr && nodeTag(node) == T_A_Const; }

bool is_negative(const Node* node) {
    if (!is_constant(node)) return true;
    const auto* constant = reinterpret_cast<const A_Const*>(node);
    return constant->isnull || nodeTag(&constant->val) != T_Integer || constant->val.ival.ival < 0;
}

bool is_zero(const Node* node) {
    const auto* constant = reinterpret_cast<const A_Const*>(node);
    return !constant->isnull && nodeTag(&constant->val) == T_Integer && constant->val.ival.ival == 0;
}

/// A minute, an hour, a day in seconds: nobody chooses where those begin.
bool is_unit_of_time(const Node* node) {
    if (!is_constant(node)) return false;
    const auto* constant = reinterpret_cast<const A_Const*>(node);
    return !constant->isnull && nodeTag(&constant->val) == T_Integer &&
           (constant->val.ival.ival == 60 || constant->val.ival.ival == 3600 ||
            constant->val.ival.ival == 86400);
}

/// date '2026-01-01': where days begin, nobody chooses.
bool is_day(const TypeCast* cast) {
    const std::string_view type = last_name(cast->typeName->names);
    if (!is_constant(cast->arg) || !is_one_of(type, "date", "timestamp", "timestamptz")) return false;
    const auto* constant = reinterpret_cast<const A_Const*>(cast->arg);
    constexpr std::size_t longest = 10;
    return !constant->isnull && nodeTag(&constant->val) == T_String &&
           std::string_view(strVal(&constant->val)).size() <= longest;
}

class Summed {
public:
    explicit Summed(const SummedColumns& columns) : columns_(columns) {}

    [[nodiscard]] Known of(const Node* node) const {
        if (node == nullptr) return std::nullopt;
        switch (nodeTag(node)) {
            case T_A_Const: {
                const auto* constant = reinterpret_cast<const A_Const*>(node);
                const bool fraction =
                    !constant->isnull && nodeTag(&constant->val) == T_Float &&
                    std::string_view(constant->val.fval.fval).find('.') != std::string_view::npos;
                return Polynomial{.constants = true, .is_fraction = fraction};
            }
            case T_SQLValueFunction: return Polynomial{.moment = true};
            case T_ColumnRef: {
                const SummedColumn column = columns_(reinterpret_cast<const ColumnRef*>(node));
                if (column.is_choice) return std::nullopt;
                return Polynomial{.powers = {{column.name, 1}},
                                  .factors = 1,
                                  .times = column.is_time,
                                  .is_fraction = column.is_fraction};
            }
            case T_CoalesceExpr: {
                const List* args = reinterpret_cast<const CoalesceExpr*>(node)->args;
                const auto* other = list_length(args) == 2 ? static_cast<Node*>(lsecond(args)) : nullptr;
                if (!is_constant(other)) return std::nullopt;
                // Of a column that is NULL for all it makes a constant.
                auto value = of(static_cast<const Node*>(linitial(args)));
                if (value && !is_zero(other)) value->constants = true;
                return value;
            }
            case T_TypeCast: return of_cast(reinterpret_cast<const TypeCast*>(node));
            case T_A_Expr: return of_operator(reinterpret_cast<const A_Expr*>(node));
            case T_FuncCall: return of_call(reinterpret_cast<const FuncCall*>(node));
            default: return std::nullopt;
        }
    }

private:
    [[nodiscard]] Known of_cast(const TypeCast* cast) const {
        if (is_day(cast)) return Polynomial{.moment = true};
        auto value = of(cast->arg);
        if (!value) return value;
        const std::string_view type = last_name(cast->typeName->names);
        const bool floating = type == "float8" || type == "float4";
        const bool number = floating || type == "numeric";
        const bool exact = cast->typeName->typmods == nullptr &&
                           (number || is_one_of(type, "int8", "timestamp", "timestamptz"));
        if (value->factors > 0 && floating && value->constants) return std::nullopt;
        if (value->factors > 0 && !exact) {
            // numeric(12, 2) rounds, a whole number does, and a date is a part of a time.
            if (type != "date" && nodeTag(cast->arg) != T_ColumnRef) return std::nullopt;
            value = in_steps(value);
        }
        if (value) value->is_fraction = number;
        return value;
    }

    [[nodiscard]] Known of_operator(const A_Expr* expr) const {
        if (expr->kind != AEXPR_OP) return std::nullopt;
        const std::string_view op = last_name(expr->name);
        auto right = of(expr->rexpr);
        if (!right || !is_one_of(op, "+", "-", "*", "/")) return std::nullopt;
        if (expr->lexpr == nullptr) return op == "-" ? right : std::nullopt;
        auto left = of(expr->lexpr);
        if (!left) return std::nullopt;
        Polynomial both{.constants = left->constants || right->constants,
                        .moment = left->moment || right->moment,
                        .times = left->times && right->times,
                        .sum = left->sum || right->sum || op == "+" || op == "-",
                        .steps = left->steps || right->steps,
                        .is_fraction = left->is_fraction || right->is_fraction};
        both.powers = left->powers;
        if (op == "*" && left->factors > 0 && right->factors > 0) {
            if (both.steps) return std::nullopt;
            both.times = false;
            both.factors = left->factors + right->factors;
            for (const auto& [name, power] : right->powers)
                both.powers[name] += power;
            return std::ranges::any_of(both.powers, [](const auto& one) { return one.second > 1; })
                       ? std::nullopt
                       : Known(both);
        }
        if (op == "/") {
            if (right->factors > 0 || !both.is_fraction || (left->sum && left->constants))
                return std::nullopt;
            if (left->times && is_unit_of_time(expr->rexpr)) both.constants = left->constants;
        }
        both.factors = std::max(left->factors, right->factors);
        both.powers.insert(right->powers.begin(), right->powers.end());
        return both;
    }

    [[nodiscard]] Known of_call(const FuncCall* call) const {
        if (call->agg_filter != nullptr || call->over != nullptr || call->agg_distinct) return std::nullopt;
        const std::string_view name = last_name(call->funcname);
        const int count = list_length(call->args);
        if (name == "now" && count == 0) return Polynomial{.moment = true};
        if (name == "length" && count == 1 && nodeTag(argument(call, 0)) == T_ColumnRef)
            return in_steps(of(argument(call, 0)));
        if (is_one_of(name, "abs", "round", "trunc", "floor", "ceil", "ceiling") && count > 0) {
            if (count > 2 || (count == 2 && is_negative(argument(call, 1)))) return std::nullopt;
            auto value = of(argument(call, 0));
            if (value) value->is_fraction = true;
            return in_steps(value);
        }
        if (name == "timezone" && count == 2 && is_constant(argument(call, 0))) {
            auto value = of(argument(call, 1));
            if (value) value->constants = true;
            return value;
        }
        if (name == "date" && count == 1) return in_steps(of(argument(call, 0)));
        if (!is_one_of(name, "extract", "date_part", "date_trunc") || count != 2 ||
            !is_constant(argument(call, 0)))
            return std::nullopt;
        auto value = of(argument(call, 1));
        if (!value) return value;
        const auto* unit = reinterpret_cast<const A_Const*>(argument(call, 0));
        value->is_fraction = true;
        const bool epoch = name != "date_trunc" && !unit->isnull && nodeTag(&unit->val) == T_String &&
                           std::string_view(strVal(&unit->val)) == "epoch";
        if (epoch) return value;
        // A minute of now is a number that the client waits for, or sets his time zone for.
        if (value->factors == 0 && name != "date_trunc") value->constants = true;
        return in_steps(value);
    }

    /// Where it jumps, nothing of the client's may say at which value: no constant, no other column than a
    /// time that is compared with times.
    static Known in_steps(Known value) {
        if (!value || value->factors == 0) return value;
        if (value->constants || (!value->times && (value->moment || value->sum))) return std::nullopt;
        value->steps = true;
        return value;
    }

    const SummedColumns& columns_;
};

}  // namespace

SummedColumn summed_column(const Relation& relation, const Column& column) {
    constexpr std::array fractions = {type_oid::float4, type_oid::float8, type_oid::interval,
                                      type_oid::numeric};
    constexpr std::array times = {type_oid::date,        type_oid::time,     type_oid::timestamp,
                                  type_oid::timestamptz, type_oid::interval, type_oid::timetz};
    constexpr std::array moments = {type_oid::date, type_oid::timestamp, type_oid::timestamptz};
    return {.name = relation.schema + '\0' + relation.name + '\0' + column.name,
            .is_fraction = std::ranges::find(fractions, column.type) != fractions.end(),
            .is_time = std::ranges::find(times, column.type) != times.end(),
            .is_moment = std::ranges::find(moments, column.type) != moments.end()};
}

bool chooses_nobody(const Node* value, const SummedColumns& columns, int factors) {
    const auto known = Summed(columns).of(value);
    // Variances and regressions are worked out in floating numbers.
    return known && known->factors <= factors && (factors > 1 || !known->constants || known->factors == 0);
}

}  // namespace sql
