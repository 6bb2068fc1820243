#include "sql/verify/group_conditions.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "sql/document_paths.hpp"
#include "sql/verify/every_node.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::verify {
namespace {

/// column IS [NOT] NULL
bool asks_for_a_value(const Node* condition) {
    return nodeTag(condition) == T_NullTest &&
           nodeTag(reinterpret_cast<const NullTest*>(condition)->arg) == T_ColumnRef;
}

std::string_view owner_of(const Node* column) {
    const List* fields = reinterpret_cast<const ColumnRef*>(column)->fields;
    return list_length(fields) == 1 ? std::string_view() : std::string_view(strVal(linitial(fields)));
}

/// Two columns of one table.
bool compares_within_a_row(const GroupedFrom& from, const Node* condition) {
    if (nodeTag(condition) != T_A_Expr) return false;
    const auto* expr = reinterpret_cast<const A_Expr*>(condition);
    return expr->kind == AEXPR_OP && expr->lexpr != nullptr && nodeTag(expr->lexpr) == T_ColumnRef &&
           nodeTag(expr->rexpr) == T_ColumnRef && owner_of(expr->lexpr) == owner_of(expr->rexpr) &&
           (!owner_of(expr->lexpr).empty() || from.is_one_item());
}

/// The columns of which it reads by paths alone that no mask changes.
std::set<const Node*> read_by_open_paths(const GroupedFrom& from, Node* condition) {
    std::set<const Node*> documents;
    const auto is_path = [](const Node* node) { return document_path(node).has_value(); };
    for (const Node* node : every(condition, is_path, is_path)) {
        const auto path = document_path(node);
        if (from.reads_open_path(*path)) documents.insert(reinterpret_cast<const Node*>(path->document));
    }
    return documents;
}

bool is_harmless(const GroupedFrom& from, Node* condition) {
    if (!every(condition, [](const Node* node) { return nodeTag(node) == T_SubLink; }).empty()) return false;
    const std::set<const Node*> by_open_paths = read_by_open_paths(from, condition);
    for (const Node* node : columns_in(condition)) {
        const List* fields = reinterpret_cast<const ColumnRef*>(node)->fields;
        const bool names_nobody =
            (!from.names_a_mask(fields) || by_open_paths.contains(node)) && !from.names_a_key(fields);
        if (nodeTag(llast(fields)) != T_String || (!names_nobody && !asks_for_a_value(condition)) ||
            std::string_view(strVal(llast(fields))).starts_with("__tabir_"))
            return false;
    }
    const auto sides = sides_of(condition);
    return names_one_column(condition) || compares_within_a_row(from, condition) ||
           (!sides.empty() && std::ranges::all_of(sides, names_one_column));
}

}  // namespace

std::vector<Node*> sides_of(Node* condition) {
    if (nodeTag(condition) != T_BoolExpr) return {};
    const auto* either = reinterpret_cast<const BoolExpr*>(condition);
    if (either->boolop != OR_EXPR || list_length(either->args) != 2) return {};
    return {static_cast<Node*>(linitial(either->args)), static_cast<Node*>(lsecond(either->args))};
}

bool names_one_column(Node* condition) { return named_values(condition) <= 1; }

bool are_harmless(const GroupedFrom& from, const Conditions& conditions) {
    return std::ranges::all_of(conditions, [&](Node* condition) { return is_harmless(from, condition); });
}

}  // namespace sql::verify
