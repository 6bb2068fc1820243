#include "sql/edits/bounded_parameters.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "sql/edits/literals.hpp"
#include "sql/edits/text_changes.hpp"
#include "sql/is_one_of.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

struct Bounds {
    std::string_view type;
    std::string_view low;
    std::string_view high;
};

constexpr std::array<Bounds, 5> all_bounds = {{{"interval", "-900 years", "900 years"},
                                               {"date", "0200-01-01", "8000-01-01"},
                                               {"timestamp", "0200-01-01", "8000-01-01"},
                                               {"timestamptz", "0200-01-01", "8000-01-01"},
                                               {"int4", "-9999", "9999"}}};

const Bounds* bounds_of(const TypeName* type) {
    if (type->typmods != nullptr || type->arrayBounds != nullptr) return nullptr;
    const auto found =
        std::ranges::find(all_bounds, std::string_view(strVal(llast(type->names))), &Bounds::type);
    return found == all_bounds.end() ? nullptr : &*found;
}

/// $1::interval
const TypeCast* cast_parameter(const Node* node) {
    if (node == nullptr || !IsA(node, TypeCast)) return nullptr;
    const auto* cast = reinterpret_cast<const TypeCast*>(node);
    return IsA(cast->arg, ParamRef) && cast->location >= 0 && bounds_of(cast->typeName) != nullptr ? cast
                                                                                                   : nullptr;
}

bool collect_operands(Node* node, std::vector<const TypeCast*>* found) {
    if (node == nullptr) return false;
    const auto add = [&](const Node* operand) {
        if (const TypeCast* cast = cast_parameter(operand)) found->push_back(cast);
    };
    if (IsA(node, A_Expr)) {
        const auto* expr = reinterpret_cast<A_Expr*>(node);
        if (expr->kind == AEXPR_OP && expr->lexpr != nullptr &&
            is_one_of(strVal(llast(expr->name)), "+", "-", "*")) {
            add(expr->lexpr);
            add(expr->rexpr);
        }
    }
    if (IsA(node, NamedArgExpr))
        add(reinterpret_cast<const Node*>(reinterpret_cast<NamedArgExpr*>(node)->arg));
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_operands), found);
}

/// The bytes of $1::interval, or CAST($1 AS interval).
std::optional<std::pair<std::size_t, std::size_t>> span_of_cast(const parse::Tokens& tokens,
                                                                const TypeCast* cast) {
    const auto all = tokens.all();
    const std::size_t at = tokens.index_at(static_cast<std::size_t>(cast->location));
    if (all[at].is_keyword("cast")) {
        const std::size_t close = tokens.closing(at + 1);
        return close < all.size() ? std::optional(std::pair(all[at].begin, all[close].end)) : std::nullopt;
    }
    const std::size_t parameter =
        tokens.index_at(static_cast<std::size_t>(reinterpret_cast<const ParamRef*>(cast->arg)->location));
    const bool shortly =
        at == parameter + 1 && at + 1 < all.size() &&
        (at + 2 >= all.size() ||
         (!all[at + 2].is_op('.') && !all[at + 2].is_keyword("with") && !all[at + 2].is_keyword("without")));
    return shortly ? std::optional(std::pair(all[parameter].begin, all[at + 1].end)) : std::nullopt;
}

std::string literal_of(const Bounds& bounds, std::string_view value) {
    return bounds.type == "int4" ? std::string(value) : "'" + std::string(value) + "'";
}

bool says(const Node* node, std::string_view value) {
    if (const char* text = literal_text(node)) return text == value;
    const A_Const* number = literal(node);
    return number != nullptr && !number->isnull && IsA(&number->val, Integer) &&
           std::to_string(number->val.ival.ival) == value;
}

const List* arguments_of_choice(const Node* node, MinMaxOp op) {
    if (node == nullptr || !IsA(node, MinMaxExpr)) return nullptr;
    const auto* choice = reinterpret_cast<const MinMaxExpr*>(node);
    return choice->op == op && list_length(choice->args) == 2 ? choice->args : nullptr;
}

}  // namespace

std::optional<std::string> with_bounded_parameter(const parse::Tokens& tokens, std::size_t begin,
                                                  std::size_t end, const SelectStmt* query) {
    std::vector<const TypeCast*> found;
    collect_operands(reinterpret_cast<Node*>(const_cast<SelectStmt*>(query)), &found);
    for (const TypeCast* cast : found) {
        const auto span = span_of_cast(tokens, cast);
        if (!span) continue;
        const Bounds& bounds = *bounds_of(cast->typeName);
        const std::string text =
            "LEAST(GREATEST(" + std::string(tokens.text().substr(span->first, span->second - span->first)) +
            ", " + literal_of(bounds, bounds.low) + "), " + literal_of(bounds, bounds.high) + ")";
        return with_changes(tokens.text(), begin, end, {{span->first, span->second, text}});
    }
    return std::nullopt;
}

bool is_bounded(const Node* node, std::string_view type) {
    const List* least = arguments_of_choice(node, IS_LEAST);
    const List* greatest = least == nullptr
                               ? nullptr
                               : arguments_of_choice(static_cast<const Node*>(linitial(least)), IS_GREATEST);
    const TypeCast* cast =
        greatest == nullptr ? nullptr : cast_parameter(static_cast<const Node*>(linitial(greatest)));
    if (cast == nullptr) return false;
    const Bounds& bounds = *bounds_of(cast->typeName);
    return bounds.type == type && says(static_cast<const Node*>(lsecond(greatest)), bounds.low) &&
           says(static_cast<const Node*>(lsecond(least)), bounds.high);
}

}  // namespace sql::edits
