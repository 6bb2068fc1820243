#include <algorithm>
#include <set>

#include "policies/load/sections.hpp"
#include "policies/load/suggest.hpp"
#include "policies/load/values.hpp"

namespace policies::load {
namespace {

using What = Counted::What;

/// What a derived rule holds is known only with its database.
bool may_hold(const TableRule& table, const std::string& clazz) {
    return table.derived || std::ranges::find(table.paths, clazz, &PathRule::clazz) != table.paths.end() ||
           std::ranges::any_of(table.columns,
                               [&](const ColumnRule& column) { return column.clazz == clazz; });
}

void add_kinds(PolicySet& policy, const Budgets& budgets, std::set<std::string>& kinds) {
    for (const Budget& budget : budgets) {
        if (budget.counted.what == What::people) kinds.insert(budget.counted.name);
        if (budget.counted.what == What::misses) kinds.merge(kinds_of_subjects(policy));
        if (budget.counted.what != What::in_clear) continue;
        policy.budgeted_classes.insert(budget.counted.name);
        for (const auto& [name, table] : policy.tables) {
            if (!may_hold(table, budget.counted.name)) continue;
            for (const SubjectRule& subject : table.subjects)
                kinds.insert(subject.kind);
        }
    }
}

void check_budgets(const PolicySet& policy, const Budgets& budgets, Findings& findings) {
    const auto kinds = kinds_of_subjects(policy);
    for (const Budget& budget : budgets) {
        const RuleId& rule = budget.limits.front().rule;
        const Position at{rule.line, rule.column};
        const std::string& name = budget.counted.name;
        if (budget.counted.what == What::people && !kinds.contains(name)) {
            findings.add(at, "no table has the subject " + in_quotes(name) + " of this budget" +
                                 advice(name, {kinds.begin(), kinds.end()}));
        }
        if (budget.counted.what == What::in_clear && !policy.classes.contains(name))
            findings.add_unknown(at, "class", name, keys_of(policy.classes));
    }
}

void check_clear_budgets(const PolicySet& policy, const Role& role, Findings& findings) {
    for (const Budget& budget : role.budget) {
        const std::string& name = budget.counted.name;
        if (budget.counted.what != What::in_clear || role.sees_clear(name) || !policy.classes.contains(name))
            continue;
        const RuleId& rule = budget.limits.front().rule;
        findings.add({rule.line, rule.column}, "role " + role.name + " does not see class " + name +
                                                   " in clear, so this budget counts nobody; add it to "
                                                   "'clear', or remove the budget");
    }
}

/// Kinds that budgets count in what `role` reads.
std::set<std::string> budgeted_kinds(PolicySet& policy, const Role& role) {
    std::set<std::string> kinds;
    for (const auto& [name, team] : policy.teams)
        add_kinds(policy, team.budget, kinds);
    add_kinds(policy, role.budget, kinds);
    add_kinds(policy, role.shared_budget, kinds);
    for (const auto& [name, user] : policy.users) {
        if (user.role == role.name) add_kinds(policy, user.budget, kinds);
    }
    return kinds;
}

}  // namespace

std::set<std::string> kinds_of_subjects(const PolicySet& policy) {
    std::set<std::string> kinds;
    for (const auto& [name, table] : policy.tables) {
        for (const SubjectRule& subject : table.subjects)
            kinds.insert(subject.kind);
    }
    return kinds;
}

void count_kinds(PolicySet& policy) {
    for (auto& [name, role] : policy.roles) {
        std::set<std::string> kinds = budgeted_kinds(policy, role);
        role.limited = !kinds.empty();
        add_detected_kinds(policy, role, kinds);
        role.counted.assign(kinds.begin(), kinds.end());
    }
}

void check_all_budgets(const PolicySet& policy, Findings& findings) {
    for (const auto& [name, role] : policy.roles) {
        check_budgets(policy, role.budget, findings);
        check_budgets(policy, role.shared_budget, findings);
        check_clear_budgets(policy, role, findings);
        if (role.masks_at_limit && !role.limited)
            findings.add({role.rule.line, role.rule.column},
                         "role " + name + " has at_limit without a budget; give it one, or remove at_limit");
    }
    for (const auto& [name, user] : policy.users)
        check_budgets(policy, user.budget, findings);
    for (const auto& [name, team] : policy.teams)
        check_budgets(policy, team.budget, findings);
}

}  // namespace policies::load
