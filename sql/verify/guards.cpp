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

/// count(DISTINCT key) [FILTER (WHERE ...)], else nullptr.
const FuncCall* count_of_different(const Node* node, Conditions& conditions) {
    if (node == nullptr || nodeTag(node) != T_FuncCall) return nullptr;
    const auto* call = reinterpret_cast<const FuncCall*>(node);
    if (!is_count(call) || !call->agg_distinct || list_length(call->args) != 1 || call->over != nullptr)
        return nullptr;
    flatten(call->agg_filter, conditions);
    return call;
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
    const Node* counted = expr->lexpr;
    if (counted != nullptr && nodeTag(counted) == T_A_Expr && !guard.at_least) {
        const auto* difference = reinterpret_cast<const A_Expr*>(counted);
        if (difference->kind != AEXPR_OP || list_length(difference->name) != 1 ||
            std::string_view(strVal(linitial(difference->name))) != "-")
            return std::nullopt;
        guard.less = count_of_different(difference->rexpr, guard.left);
        if (guard.less == nullptr) return std::nullopt;
        counted = difference->lexpr;
    }
    guard.count = count_of_different(counted, guard.conditions);
    return guard.count == nullptr ? std::nullopt : std::optional(guard);
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
    const Conditions held = without(chosen, negated);
    return first_of([&](const Guard& one) {
        if (one.less != nullptr || one.at_least != at_least ||
            one.conditions.size() != held.size() + (negated.empty() ? 0U : 1U) || !counts(one.count))
            return false;
        const auto has = [&](const auto& is_it) { return std::ranges::any_of(one.conditions, is_it); };
        return (negated.empty() || has([&](const Node* own) { return negates(memory_, own, negated); })) &&
               std::ranges::all_of(held, [&](const Node* condition) {
                   return has([&](const Node* own) { return memory_.equal(own, condition); });
               });
    });
}

Guard* Guards::find_absent(const Counts& counts, const Conditions& chosen, const Conditions& lost) {
    const Conditions before = without(chosen, lost);
    return first_of([&](const Guard& one) {
        return one.less != nullptr && counts(one.count) && counts(one.less) &&
               are_same(one.conditions, before) && are_same(one.left, chosen);
    });
}

bool Guards::are_same(const Conditions& some, const Conditions& others) const {
    return some.size() == others.size() && std::ranges::all_of(others, [&](const Node* condition) {
               return std::ranges::any_of(some,
                                          [&](const Node* own) { return memory_.equal(own, condition); });
           });
}

Conditions Guards::without(const Conditions& all, const Conditions& some) const {
    Conditions held = all;
    for (const Node* condition : some) {
        const auto same = std::find_if(held.rbegin(), held.rend(),
                                       [&](const Node* one) { return memory_.equal(one, condition); });
        if (same != held.rend()) held.erase(std::next(same).base());
    }
    return held;
}

// The same proof may stand there in two spellings.
Guard* Guards::first_of(const std::function<bool(const Guard&)>& fits) {
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
