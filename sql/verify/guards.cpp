#include "sql/verify/guards.hpp"

#include "sql/verify/pinned.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>

#include "sql/parse/pg_nodes.hpp"

namespace sql::verify {
namespace {

std::optional<int> integer(const Node* node) {
    if (node == nullptr || nodeTag(node) != T_A_Const) return std::nullopt;
    const auto* constant = reinterpret_cast<const A_Const*>(node);
    if (constant->isnull || nodeTag(&constant->val) != T_Integer) return std::nullopt;
    return constant->val.ival.ival;
}

bool is_count(const FuncCall* call) {
    const List* name = call->funcname;
    return std::string_view(strVal(llast(name))) == "count" &&
           (list_length(name) == 1 || std::string_view(strVal(linitial(name))) == "pg_catalog");
}

std::optional<Guard> as_guard(const Node* condition, int enough) {
    if (nodeTag(condition) != T_A_Expr) return std::nullopt;
    const auto* expr = reinterpret_cast<const A_Expr*>(condition);
    Guard guard;
    if (expr->kind == AEXPR_OP && list_length(expr->name) == 1 &&
        std::string_view(strVal(linitial(expr->name))) == ">=") {
        guard.at_least = true;
        if (integer(expr->rexpr).value_or(0) < enough) return std::nullopt;
    } else {
        if (expr->kind != AEXPR_NOT_BETWEEN) return std::nullopt;
        const auto* bounds = reinterpret_cast<const List*>(expr->rexpr);
        if (integer(static_cast<const Node*>(linitial(bounds))) != 1 ||
            integer(static_cast<const Node*>(lsecond(bounds))).value_or(0) < enough - 1)
            return std::nullopt;
    }
    if (expr->lexpr == nullptr || nodeTag(expr->lexpr) != T_FuncCall) return std::nullopt;
    guard.count = reinterpret_cast<const FuncCall*>(expr->lexpr);
    if (!is_count(guard.count) || !guard.count->agg_distinct || list_length(guard.count->args) != 1 ||
        guard.count->over != nullptr)
        return std::nullopt;
    flatten(guard.count->agg_filter, guard.conditions);
    return guard;
}

/// Of CASE WHEN ... THEN ... END.
const CaseWhen* only_choice(const Node* node) {
    if (node == nullptr || nodeTag(node) != T_CaseExpr) return nullptr;
    const auto* choice = reinterpret_cast<const CaseExpr*>(node);
    return choice->arg == nullptr && choice->defresult == nullptr && list_length(choice->args) == 1
               ? static_cast<const CaseWhen*>(linitial(choice->args))
               : nullptr;
}

/// (conditions joined by AND) IS NOT TRUE
bool negates(parse::TreeMemory& memory, const Node* one, const Conditions& conditions) {
    if (nodeTag(one) != T_BooleanTest) return false;
    const auto* test = reinterpret_cast<const BooleanTest*>(one);
    if (test->booltesttype != IS_NOT_TRUE) return false;
    Conditions negated;
    flatten(reinterpret_cast<Node*>(test->arg), negated);
    return std::ranges::equal(negated, conditions,
                              [&](const Node* left, const Node* right) { return memory.equal(left, right); });
}

}  // namespace

void flatten(Node* condition, Conditions& into) {
    if (condition == nullptr) return;
    if (nodeTag(condition) != T_BoolExpr ||
        reinterpret_cast<const BoolExpr*>(condition)->boolop != AND_EXPR) {
        into.push_back(condition);
        return;
    }
    const List* args = reinterpret_cast<const BoolExpr*>(condition)->args;
    for (int i = 0; i < list_length(args); ++i)
        flatten(static_cast<Node*>(list_nth(args, i)), into);
}

Guards::Guards(parse::TreeMemory& memory, Node* having, int min_group) : memory_(memory) {
    const CaseWhen* guarded = only_choice(having);
    Node* proofs = guarded == nullptr ? having : reinterpret_cast<Node*>(guarded->expr);
    for (Node* condition : operands_of(proofs)) {
        if (auto guard = as_guard(condition, min_group))
            guards_.push_back(std::move(*guard));
        else
            others_.push_back(condition);
    }
    first_ = others_.empty();
    if (guarded != nullptr) others_.push_back(reinterpret_cast<Node*>(guarded->result));
}

Guard* Guards::find(const Counts& counts, const Conditions& chosen, const Conditions& negated,
                    bool at_least) {
    Conditions held = chosen;
    for (const Node* condition : negated) {
        const auto same = std::find_if(held.rbegin(), held.rend(),
                                       [&](const Node* one) { return memory_.equal(one, condition); });
        if (same != held.rend()) held.erase(std::next(same).base());
    }
    const auto fits = [&](const Guard& one) {
        if (one.at_least != at_least || one.conditions.size() != held.size() + (negated.empty() ? 0U : 1U) ||
            !counts(one.count))
            return false;
        const auto has = [&](const auto& is_it) { return std::ranges::any_of(one.conditions, is_it); };
        return (negated.empty() || has([&](const Node* own) { return negates(memory_, own, negated); })) &&
               std::ranges::all_of(held, [&](const Node* condition) {
                   return has([&](const Node* own) { return memory_.equal(own, condition); });
               });
    };
    // The same proof may stand there in two spellings.
    Guard* found = nullptr;
    for (Guard& one : guards_) {
        if (!fits(one)) continue;
        if (found == nullptr)
            found = &one;
        else
            one.used = true;
    }
    return found;
}

}  // namespace sql::verify
