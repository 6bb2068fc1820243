#include "sql/edits/constant_expressions.hpp"

#include <string>
#include <string_view>

#include "sql/edits/bounded_parameters.hpp"
#include "sql/edits/times.hpp"
#include "sql/is_one_of.hpp"
#include "sql/parse/literals.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

bool is_now(const Node* node) {
    // CURRENT_USER and its kind are of type name, whose collation may meet another one.
    if (IsA(node, SQLValueFunction)) {
        switch (reinterpret_cast<const SQLValueFunction*>(node)->op) {
            case SVFOP_CURRENT_DATE:
            case SVFOP_CURRENT_TIMESTAMP:
            case SVFOP_CURRENT_TIMESTAMP_N:
            case SVFOP_LOCALTIMESTAMP:
            case SVFOP_LOCALTIMESTAMP_N: return true;
            default: return false;  // names, and times of day
        }
    }
    if (!IsA(node, FuncCall)) return false;
    const auto* call = reinterpret_cast<const FuncCall*>(node);
    return call->args == nullptr && std::string_view(strVal(llast(call->funcname))) == "now";
}

/// Between -most and most: the grammar makes one constant of -5.
bool is_number_within(const Node* node, int most) {
    const A_Const* number = parse::literal(node);
    return number != nullptr && !number->isnull && IsA(&number->val, Integer) &&
           number->val.ival.ival > -most && number->val.ival.ival < most;
}

/// Also a parameter that is kept so.
bool is_at_most(const Node* node, int most) { return is_number_within(node, most) || is_bounded(node, most); }

/// Days that no time of today is too far from.
bool is_some_days(const Node* node) { return is_at_most(node, 100'000); }

/// (-12 || ' months')::interval
bool is_joined_interval(const Node* node) {
    if (!IsA(node, TypeCast)) return false;
    const auto* cast = reinterpret_cast<const TypeCast*>(node);
    const A_Expr* joined = parse::as_operator(cast->arg, "||");
    if (joined == nullptr || cast->typeName->typmods != nullptr || cast->typeName->arrayBounds != nullptr ||
        std::string_view(strVal(llast(cast->typeName->names))) != "interval" ||
        !is_number_within(joined->lexpr, 10'000))
        return false;
    const char* unit = parse::literal_text(joined->rexpr);
    return unit != nullptr &&
           is_short_interval(std::to_string(parse::literal(joined->lexpr)->val.ival.ival) + unit);
}

/// interval '30 days', 30 * interval '1 day', make_interval(days => 30)
bool is_short_move(const Node* node) {
    if (is_short_interval(node) || is_joined_interval(node) || is_bounded_time(node, "interval")) return true;
    if (const A_Expr* times = parse::as_operator(node, "*")) {
        return is_at_most(times->lexpr, most_of_unit(times->rexpr)) ||
               is_at_most(times->rexpr, most_of_unit(times->lexpr));
    }
    if (!IsA(node, FuncCall)) return false;
    const auto* call = reinterpret_cast<const FuncCall*>(node);
    if (std::string_view(strVal(llast(call->funcname))) != "make_interval" || list_length(call->args) != 1)
        return false;
    const auto* argument = static_cast<const Node*>(linitial(call->args));
    if (!IsA(argument, NamedArgExpr)) return false;
    const auto* named = reinterpret_cast<const NamedArgExpr*>(argument);
    return is_at_most(reinterpret_cast<const Node*>(named->arg), most_of_unit(named->name));
}

constexpr int most_moves = 2;  // further ones could lead out of the range of a type

bool is_near_today(const Node* node, int moves) {
    if (is_now(node) || is_bounded_time(node, "date") || is_bounded_time(node, "timestamp") ||
        is_bounded_time(node, "timestamptz"))
        return true;
    if (IsA(node, TypeCast)) {
        const auto* cast = reinterpret_cast<const TypeCast*>(node);
        if (is_typed_literal(cast)) return is_near_time(node);
        return cast->typeName->typmods == nullptr && cast->typeName->arrayBounds == nullptr &&
               is_time(strVal(llast(cast->typeName->names))) && is_near_today(cast->arg, moves);
    }
    if (IsA(node, FuncCall)) {
        const auto* call = reinterpret_cast<const FuncCall*>(node);
        const std::string_view name = strVal(llast(call->funcname));
        if (is_one_of(name, "to_timestamp", "to_date")) return is_written_time(call);
        if (list_length(call->args) != 2) return false;
        const auto* first = static_cast<const Node*>(linitial(call->args));
        const bool fits = (name == "date_trunc" && cuts_times(unit_of(first))) ||
                          (name == "timezone" && is_known_zone(first));
        return fits && is_near_today(static_cast<const Node*>(lsecond(call->args)), moves);
    }
    if (!IsA(node, A_Expr)) return false;
    const auto* expr = reinterpret_cast<const A_Expr*>(node);
    return moves > 0 && expr->kind == AEXPR_OP && expr->lexpr != nullptr &&
           is_one_of(strVal(llast(expr->name)), "+", "-") && is_near_today(expr->lexpr, moves - 1) &&
           (is_short_move(expr->rexpr) || is_some_days(expr->rexpr));
}

/// A literal of text, or a parameter that is one.
bool is_text_first(const Node* node) {
    if (const A_Expr* joined = parse::as_operator(node, "||"))
        return is_text_first(joined->lexpr) && is_text_first(joined->rexpr);
    if (IsA(node, TypeCast)) {
        const auto* cast = reinterpret_cast<const TypeCast*>(node);
        return cast->typeName->typmods == nullptr && cast->typeName->arrayBounds == nullptr &&
               is_one_of(strVal(llast(cast->typeName->names)), "text", "varchar") && is_text_first(cast->arg);
    }
    return IsA(node, ParamRef) || parse::literal_text(node) != nullptr;
}

/// A number, an interval, or a time without a time zone: what is reckoned of them hangs on no setting.
bool is_plain_operand(const Node* node) {
    if (node == nullptr) return false;
    if (IsA(node, A_Const)) {
        const auto* constant = reinterpret_cast<const A_Const*>(node);
        return !constant->isnull && (IsA(&constant->val, Integer) || IsA(&constant->val, Float));
    }
    if (!IsA(node, TypeCast)) return false;
    const auto* cast = reinterpret_cast<const TypeCast*>(node);
    return is_typed_literal(cast) && is_one_of(strVal(llast(cast->typeName->names)), "int2", "int4", "int8",
                                               "numeric", "date", "timestamp", "interval");
}

}  // namespace

// Not by a function that waits for a row (numbers as money), nor by a domain's CHECK.
bool is_typed_literal(const TypeCast* cast) {
    if (parse::literal_text(cast->arg) == nullptr || cast->typeName->arrayBounds != nullptr) return false;
    const ListCell* c = nullptr;
    foreach (c, cast->typeName->names) {
        const bool last = c == list_tail(cast->typeName->names);
        if (!last && std::string_view(strVal(lfirst(c))) != "pg_catalog") return false;
    }
    return is_one_of(strVal(llast(cast->typeName->names)), "text", "varchar", "bpchar", "bool", "int2",
                     "int4", "int8", "numeric", "date", "timestamp", "timestamptz", "interval", "uuid");
}

/// extract(year FROM now()), to_char(now(), 'YYYY-MM')
bool is_part_of_known_time(const FuncCall* call) {
    const std::string_view name = strVal(llast(call->funcname));
    if (list_length(call->args) != 2) return false;
    const auto* first = static_cast<const Node*>(linitial(call->args));
    const auto* second = static_cast<const Node*>(lsecond(call->args));
    if (name == "to_char") return is_known_time(first) && parse::literal_text(second) != nullptr;
    return is_one_of(name, "extract", "date_part") && is_field_of_dates(unit_of(first)) &&
           is_known_time(second);
}

bool is_known_time(const Node* node) { return is_near_today(node, most_moves); }

bool is_reckoned_first(const Node* node) {
    if (is_plain_operand(node)) return true;
    if (node != nullptr && IsA(node, FuncCall)) {
        const auto* call = reinterpret_cast<const FuncCall*>(node);
        if (is_part_of_known_time(call)) return true;
        if (!is_one_of(strVal(llast(call->funcname)), "make_date", "make_timestamp")) return false;
        const ListCell* c = nullptr;
        foreach (c, call->args) {
            if (!is_reckoned_first(static_cast<const Node*>(lfirst(c)))) return false;
        }
        return true;
    }
    for (const char* name : {"+", "-", "*"}) {
        const A_Expr* expr = parse::as_operator(node, name);
        if (expr != nullptr) return is_reckoned_first(expr->lexpr) && is_reckoned_first(expr->rexpr);
    }
    return false;
}

// How a parameter ends is looked at when it comes (sql/patterns.hpp); what a cast cuts off is not known.
bool is_whole_pattern(const Node* node) {
    char escape = '\\';
    const auto* escaped = IsA(node, FuncCall) ? reinterpret_cast<const FuncCall*>(node) : nullptr;
    if (escaped != nullptr && std::string_view(strVal(llast(escaped->funcname))) == "like_escape") {
        if (list_length(escaped->args) != 2) return false;
        const char* given = parse::literal_text(static_cast<const Node*>(lsecond(escaped->args)));
        if (given == nullptr || std::string_view(given).size() > 1) return false;
        escape = *given;
        node = static_cast<const Node*>(linitial(escaped->args));
    }
    if (IsA(node, FuncCall)) {  // upper('%x%'): no letter becomes another escape
        const auto* call = reinterpret_cast<const FuncCall*>(node);
        if (list_length(call->args) != 1 || call->func_variadic || escape != '\\' ||
            !is_one_of(strVal(llast(call->funcname)), "lower", "upper"))
            return false;
        node = static_cast<const Node*>(linitial(call->args));
    }
    if (IsA(node, TypeCast)) {
        const auto* cast = reinterpret_cast<const TypeCast*>(node);
        if ((!is_typed_literal(cast) && !IsA(cast->arg, ParamRef)) || cast->typeName->typmods != nullptr ||
            cast->typeName->arrayBounds != nullptr ||
            !is_one_of(strVal(llast(cast->typeName->names)), "text", "varchar"))
            return false;
        node = cast->arg;
    }
    if (IsA(node, ParamRef)) return true;
    if (const A_Expr* joined = parse::as_operator(node, "||")) {
        // Whatever stands before it, an escape takes one character of it.
        const char* last = parse::literal_text(joined->rexpr);
        return last != nullptr && *last != '\0' && !std::string_view(last).ends_with(escape) &&
               is_text_first(joined->lexpr);
    }
    const char* pattern = parse::literal_text(node);
    return pattern != nullptr && !std::string_view(pattern).ends_with(escape);
}

}  // namespace sql::edits
