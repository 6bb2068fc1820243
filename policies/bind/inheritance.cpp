#include "policies/bind/inheritance.hpp"

#include <algorithm>

#include "policies/bind/names.hpp"

namespace policies::bind {
namespace {

using Edges = std::unordered_map<sql::Oid, std::vector<sql::Oid>>;

/// Everything that can be reached from `start` along `edges`, without `start` itself.
std::unordered_set<sql::Oid> reached(const Edges& edges, sql::Oid start) {
    std::unordered_set<sql::Oid> seen;
    std::vector<sql::Oid> open{start};
    while (!open.empty()) {
        const auto next = edges.find(open.back());
        open.pop_back();
        if (next == edges.end()) continue;
        for (const sql::Oid oid : next->second) {
            if (oid != start && seen.insert(oid).second) open.push_back(oid);
        }
    }
    return seen;
}

}  // namespace

void inherit_rules(const sql::Catalog& catalog, RulesByRelation& rules, load::Findings& findings) {
    Edges parents;
    for (const auto& [oid, relation] : catalog.relations()) {
        if (!relation.parents.empty()) parents.emplace(oid, relation.parents);
    }
    const RulesByRelation listed = rules;
    for (const auto& [oid, own_parents] : parents) {
        const auto own = listed.find(oid);
        std::vector<const TableRule*> inherited;
        for (const sql::Oid ancestor : reached(parents, oid)) {
            if (const auto rule = listed.find(ancestor); rule != listed.end())
                inherited.push_back(rule->second);
        }
        if (inherited.empty()) continue;
        // In the order of the file, so that messages do not depend on hash order.
        std::ranges::sort(inherited, {}, [](const TableRule* rule) { return rule->rule.line; });
        const std::string name = name_of(*catalog.relation(oid));
        const std::string parent = inherited.front()->schema + '.' + inherited.front()->name;
        if (own != listed.end()) {
            findings.add(position_of(own->second->rule), name + " is a partition or child of " + parent +
                                                             " and has its rule; remove this entry");
        } else if (inherited.size() > 1) {
            findings.add(position_of(inherited.back()->rule),
                         "this rule and that of " + parent + " (line " +
                             std::to_string(inherited.front()->rule.line) + ") both reach their child " +
                             name + "; list only one of the two parents");
        } else {
            rules.emplace(oid, inherited.front());
        }
    }
}

std::unordered_set<sql::Oid> readers_of_protected(const sql::Catalog& catalog, const RulesByRelation& rules) {
    Edges readers;  // from a relation to those that show its rows
    for (const auto& [oid, relation] : catalog.relations()) {
        for (const sql::Oid source : relation.sources)
            readers[source].push_back(oid);
        for (const sql::Oid parent : relation.parents)
            readers[oid].push_back(parent);
    }
    std::unordered_set<sql::Oid> found;
    for (const auto& [oid, rule] : rules) {
        if (!rule->open) found.merge(reached(readers, oid));
    }
    return found;
}

}  // namespace policies::bind
