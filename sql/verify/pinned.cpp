#include "sql/verify/pinned.hpp"

#include <array>
#include <charconv>
#include <string>

#include "sql/parse/parse_tree.hpp"
#include "sql/pins.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::verify {
namespace {

// The numbers in a tree, in the order of its text.
bool collect_numbers(Node* node, void* numbers) {
    if (node == nullptr) return false;
    if (nodeTag(node) == T_A_Const) {
        const auto* constant = reinterpret_cast<const A_Const*>(node);
        auto* found = static_cast<std::vector<std::uint64_t>*>(numbers);
        if (constant->isnull) return false;
        if (nodeTag(&constant->val) == T_Integer)
            found->push_back(static_cast<std::uint64_t>(intVal(&constant->val)));
        if (nodeTag(&constant->val) == T_Float) {
            const std::string_view text = castNode(Float, &constant->val)->fval;
            std::uint64_t number = 0;
            std::from_chars(text.data(), text.data() + text.size(), number);
            found->push_back(number);
        }
        return false;
    }
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_numbers), numbers);
}

bool has_the_form(const Node* node) {
    if (node == nullptr) return false;
    if (nodeTag(node) == T_SubLink) return true;
    return nodeTag(node) == T_TypeCast && nodeTag(reinterpret_cast<const TypeCast*>(node)->arg) == T_CaseExpr;
}

}  // namespace

std::optional<PinnedName> pinned_by(parse::TreeMemory& memory, const Catalog& catalog, const Node* node) {
    if (!has_the_form(node)) return std::nullopt;
    std::vector<std::uint64_t> numbers;
    const auto walked = memory.run([node, &numbers] { collect_numbers(const_cast<Node*>(node), &numbers); });
    if (!walked || numbers.empty()) return std::nullopt;
    const auto is = [&](const std::string& text) { return parse::means(memory, node, text); };
    const Relation* relation = catalog.relation(static_cast<Oid>(numbers.front()));
    if (relation == nullptr) return std::nullopt;
    if (is(open_pin(*relation))) return PinnedName{relation, nullptr};
    const Column* column = relation->column(static_cast<AttributeNumber>(numbers.back()));
    if (column == nullptr) return std::nullopt;
    for (const PinKind kind : {PinKind::direct, PinKind::init_plan}) {
        if (is(pin_condition(*relation, column, kind))) return PinnedName{relation, column};
    }
    return std::nullopt;
}

std::vector<Node*> operands_of(Node* condition) {
    if (condition == nullptr) return {};
    if (nodeTag(condition) != T_BoolExpr || reinterpret_cast<BoolExpr*>(condition)->boolop != AND_EXPR)
        return {condition};
    std::vector<Node*> operands;
    const List* args = reinterpret_cast<BoolExpr*>(condition)->args;
    for (int i = 0; i < list_length(args); ++i)
        operands.push_back(static_cast<Node*>(list_nth(args, i)));
    return operands;
}

std::vector<PinnedName> pins_among(parse::TreeMemory& memory, const Catalog& catalog, Node* condition) {
    std::vector<PinnedName> pins;
    for (const Node* operand : operands_of(condition)) {
        if (auto pin = pinned_by(memory, catalog, operand)) pins.push_back(*pin);
    }
    return pins;
}

}  // namespace sql::verify
