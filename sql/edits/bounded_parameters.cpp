#include "sql/edits/bounded_parameters.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "sql/edits/constant_expressions.hpp"
#include "sql/edits/grouped_query.hpp"
#include "sql/edits/text_changes.hpp"
#include "sql/edits/times.hpp"
#include "sql/is_one_of.hpp"
#include "sql/parse/literals.hpp"
#include "sql/pins.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

/// What a parameter is cast to, and how far its values may be from today.
constexpr std::array<std::string_view, 4> bounded_times = {"interval", "date", "timestamp", "timestamptz"};
constexpr std::string_view first_day = "0200-01-01";
constexpr std::string_view last_day = "8000-01-01";

/// Of an interval, by part.
struct Part {
    std::string_view name;
    int most;
};
constexpr std::array<Part, 3> parts = {{{"year", 600}, {"day", 219'000}, {"hour", 5'200'000}}};

/// Within most_days of a date: $1::date - $2::int
constexpr int most_days = 99'999;

std::string_view cast_type(const TypeCast* cast) { return strVal(llast(cast->typeName->names)); }

/// $1::interval
const TypeCast* cast_parameter(const Node* node) {
    if (node == nullptr || !IsA(node, TypeCast)) return nullptr;
    const auto* cast = reinterpret_cast<const TypeCast*>(node);
    const bool known =
        cast_type(cast) == "int4" || std::ranges::find(bounded_times, cast_type(cast)) != bounded_times.end();
    return IsA(cast->arg, ParamRef) && cast->location >= 0 && known && cast->typeName->typmods == nullptr &&
                   cast->typeName->arrayBounds == nullptr
               ? cast
               : nullptr;
}

struct Operand {
    const TypeCast* cast;
    int most;  // of a number
};

/// A parameter that `other` is moved by, or that is moved.
void note_operand(const Node* operand, std::string_view op, const Node* other, std::vector<Operand>& found) {
    const TypeCast* cast = cast_parameter(operand);
    if (cast == nullptr) return;
    if (cast_type(cast) != "int4") {
        if (op != "*") found.push_back({cast, 0});
        return;
    }
    const int most = op == "*" ? most_of_unit(other)
                     : IsA(other, TypeCast) || IsA(other, SQLValueFunction) || IsA(other, CaseExpr)
                         ? most_days
                         : 0;
    if (most > 0) found.push_back({cast, most});
}

bool collect_operands(Node* node, std::vector<Operand>* found) {
    if (node == nullptr) return false;
    if (IsA(node, A_Expr)) {
        const auto* expr = reinterpret_cast<A_Expr*>(node);
        const std::string_view op = expr->kind == AEXPR_OP ? strVal(llast(expr->name)) : "";
        if (expr->lexpr != nullptr && is_one_of(op, "+", "-", "*")) {
            note_operand(expr->lexpr, op, expr->rexpr, *found);
            note_operand(expr->rexpr, op, expr->lexpr, *found);
        }
    }
    if (IsA(node, NamedArgExpr)) {
        const auto* named = reinterpret_cast<NamedArgExpr*>(node);
        const TypeCast* cast = cast_parameter(reinterpret_cast<const Node*>(named->arg));
        const int most = most_of_unit(named->name);
        if (cast != nullptr && cast_type(cast) == "int4" && most > 0) found->push_back({cast, most});
    }
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_operands), found);
}

/// The bytes of $1::interval, or CAST($1 AS interval).
std::optional<std::pair<std::size_t, std::size_t>> span_of_cast(const parse::Tokens& tokens,
                                                                const TypeCast* cast) {
    const auto all = tokens.all();
    const std::size_t at = tokens.token_at(cast->location);
    if (all[at].is_keyword("cast")) {
        const std::size_t close = tokens.closing(at + 1);
        return close < all.size() ? std::optional(std::pair(all[at].begin, all[close].end)) : std::nullopt;
    }
    const std::size_t parameter = tokens.token_at(reinterpret_cast<const ParamRef*>(cast->arg)->location);
    const bool shortly =
        at == parameter + 1 && at + 1 < all.size() &&
        (at + 2 >= all.size() ||
         (!all[at + 2].is_op('.') && !all[at + 2].is_keyword("with") && !all[at + 2].is_keyword("without")));
    return shortly ? std::optional(std::pair(all[parameter].begin, all[at + 1].end)) : std::nullopt;
}

/// An error of the type that `cast` has, which PostgreSQL works out when it plans for the parameter.
std::string error_of(const TypeCast* cast) {
    const std::string number = "CAST(CAST('" + std::string(bounds_mark) + "' AS text) AS int4)";
    const std::string_view type = cast_type(cast);
    if (type == "int4") return number;
    const std::string days = "make_interval(days => " + number + ")";
    if (type == "interval") return days;
    return std::string(type) + " '2000-01-01' + " + (type == "date" ? number : days);
}

std::string bounds_of(const Operand& operand, const std::string& parameter) {
    const std::string_view type = cast_type(operand.cast);
    if (type == "int4") {
        const std::string most = std::to_string(operand.most);
        return parameter + " BETWEEN -" + most + " AND " + most;
    }
    if (type != "interval") {
        return parameter + " BETWEEN '" + std::string(first_day) + "' AND '" + std::string(last_day) + "'";
    }
    std::string all;
    for (const Part& part : parts) {
        all += (all.empty() ? "" : " AND ") + ("abs(extract(" + std::string(part.name)) + " FROM " +
               parameter + ")) <= " + std::to_string(part.most);
    }
    return all;
}

std::optional<int> number_of(const Node* node) {
    const A_Const* number = parse::literal(node);
    return number == nullptr || number->isnull || !IsA(&number->val, Integer)
               ? std::nullopt
               : std::optional(number->val.ival.ival);
}

bool says(const Node* node, std::string_view value) {
    const char* text = parse::literal_text(node);
    return text != nullptr && text == value;
}

/// Of CASE WHEN $1 BETWEEN a AND b THEN $1 WHEN $1 IS NOT NULL THEN error END: the condition, and the
/// parameter.
struct Kept {
    const Node* condition = nullptr;
    const TypeCast* cast = nullptr;
};

bool is_same_parameter(const Node* node, const TypeCast* cast) {
    const TypeCast* other = cast_parameter(node);
    return other != nullptr && cast != nullptr && cast_type(other) == cast_type(cast) &&
           reinterpret_cast<const ParamRef*>(other->arg)->number ==
               reinterpret_cast<const ParamRef*>(cast->arg)->number;
}

Kept kept_in(const Node* node) {
    if (node == nullptr || !IsA(node, CaseExpr)) return {};
    const auto* choice = reinterpret_cast<const CaseExpr*>(node);
    if (choice->arg != nullptr || choice->defresult != nullptr || list_length(choice->args) != 2) return {};
    const auto* inside = static_cast<const CaseWhen*>(linitial(choice->args));
    const auto* outside = static_cast<const CaseWhen*>(lsecond(choice->args));
    const TypeCast* cast = cast_parameter(reinterpret_cast<const Node*>(inside->result));
    if (cast == nullptr || !columns_in(reinterpret_cast<Node*>(outside->result)).empty() ||
        !IsA(outside->expr, NullTest))
        return {};
    const auto* test = reinterpret_cast<const NullTest*>(outside->expr);
    return is_same_parameter(reinterpret_cast<const Node*>(test->arg), cast)
               ? Kept{reinterpret_cast<const Node*>(inside->expr), cast}
               : Kept{};
}

/// The limits of cast BETWEEN a AND b.
const List* limits_in(const Kept& kept) {
    if (kept.condition == nullptr || !IsA(kept.condition, A_Expr)) return nullptr;
    const auto* between = reinterpret_cast<const A_Expr*>(kept.condition);
    return between->kind == AEXPR_BETWEEN && is_same_parameter(between->lexpr, kept.cast)
               ? reinterpret_cast<const List*>(between->rexpr)
               : nullptr;
}

/// abs(extract(day FROM $1::interval)) <= 219000
bool stays_within(const Node* condition, const Part& part, const TypeCast* cast) {
    const A_Expr* compared = parse::as_operator(condition, "<=");
    if (compared == nullptr || number_of(compared->rexpr).value_or(part.most + 1) > part.most ||
        !IsA(compared->lexpr, FuncCall))
        return false;
    const auto* size = reinterpret_cast<const FuncCall*>(compared->lexpr);
    if (std::string_view(strVal(llast(size->funcname))) != "abs" || list_length(size->args) != 1 ||
        !IsA(static_cast<const Node*>(linitial(size->args)), FuncCall))
        return false;
    const auto* field = static_cast<const FuncCall*>(linitial(size->args));
    return std::string_view(strVal(llast(field->funcname))) == "extract" && list_length(field->args) == 2 &&
           says(static_cast<const Node*>(linitial(field->args)), part.name) &&
           is_same_parameter(static_cast<const Node*>(lsecond(field->args)), cast);
}

}  // namespace

std::optional<std::string> with_bounded_parameter(const parse::Tokens& tokens, std::size_t begin,
                                                  std::size_t end, const SelectStmt* query) {
    std::vector<Operand> found;
    collect_operands(reinterpret_cast<Node*>(const_cast<SelectStmt*>(query)), &found);
    for (const Operand& operand : found) {
        const auto span = span_of_cast(tokens, operand.cast);
        if (!span) continue;
        const std::string parameter(tokens.text().substr(span->first, span->second - span->first));
        const std::string text = "(CASE WHEN " + bounds_of(operand, parameter) + " THEN " + parameter +
                                 " WHEN " + parameter + " IS NOT NULL THEN " + error_of(operand.cast) +
                                 " END)";
        return with_changes(tokens.text(), begin, end, {{span->first, span->second, text}});
    }
    return std::nullopt;
}

bool is_bounded(const Node* node, int most) {
    const List* limits = limits_in(kept_in(node));
    if (limits == nullptr) return false;
    return number_of(static_cast<const Node*>(linitial(limits))).value_or(-most - 1) >= -most &&
           number_of(static_cast<const Node*>(lsecond(limits))).value_or(most + 1) <= most;
}

bool is_bounded_time(const Node* node, std::string_view type) {
    const Kept kept = kept_in(node);
    if (kept.cast == nullptr || cast_type(kept.cast) != type) return false;
    if (type != "interval") {
        const List* limits = limits_in(kept);
        return limits != nullptr && says(static_cast<const Node*>(linitial(limits)), first_day) &&
               says(static_cast<const Node*>(lsecond(limits)), last_day);
    }
    if (!IsA(kept.condition, BoolExpr)) return false;
    const auto* all = reinterpret_cast<const BoolExpr*>(kept.condition);
    if (all->boolop != AND_EXPR) return false;
    return std::ranges::all_of(parts, [&](const Part& part) {
        const ListCell* c = nullptr;
        foreach (c, all->args) {
            if (stays_within(static_cast<const Node*>(lfirst(c)), part, kept.cast)) return true;
        }
        return false;
    });
}

}  // namespace sql::edits
