#include <algorithm>

#include "policies/load/sections.hpp"
#include "policies/load/suggest.hpp"
#include "policies/load/values.hpp"

namespace policies::load {
namespace {

using Of = Detector::Of;

void check_list(const PolicySet& policy, Of of, Findings& findings) {
    const SubjectLists& list = *policy.detectors.list_of(of);
    const std::string name = name_of(of);
    const auto looks = std::ranges::find(policy.detectors.all, of, &Detector::of);
    const bool looked_for = looks != policy.detectors.all.end();
    if (looked_for && list.empty()) {
        findings.add({looks->rule.line, looks->rule.column},
                     "there is no list of " + name + "; write '" + name + ": { customer: [4711] }'");
    }
    if (!looked_for && !list.empty()) {
        const RuleId& rule = policy.detectors.listed_kinds.at(list.begin()->first);
        findings.add({rule.line, rule.column}, "nothing looks for these " + name + "; write 'detectors: { " +
                                                   name + ": { actions: [alert] } }'");
    }
}

}  // namespace

void add_detected_kinds(const PolicySet& policy, const Role& role, std::set<std::string>& kinds) {
    if (role.unrestricted || role.aggregates_only) return;  // the one shows unseen, the other nobody
    for (const Detector& detector : policy.detectors.all) {
        if (!detector.looks_at(role.name)) continue;
        if (const SubjectLists* list = policy.detectors.list_of(detector.of)) {
            for (const auto& [kind, keys] : *list)
                kinds.insert(kind);
        } else {
            kinds.merge(kinds_of_subjects(policy));
        }
    }
}

void check_detectors(const PolicySet& policy, Findings& findings) {
    for (const Detector& detector : policy.detectors.all) {
        for (const auto& [name, rule] : detector.roles) {
            const auto role = policy.roles.find(name);
            if (role == policy.roles.end())
                findings.add_unknown({rule.line, rule.column}, "role", name, keys_of(policy.roles));
            else if (role->second.unrestricted)
                findings.add({rule.line, rule.column},
                             "role " + name + " is unrestricted: what it reads passes unseen; remove it");
            else if (role->second.aggregates_only)
                findings.add(
                    {rule.line, rule.column},
                    "role " + name + " is shown groups only, so there is nobody to look for; remove it");
        }
    }
    const auto kinds = kinds_of_subjects(policy);
    for (const auto& [kind, rule] : policy.detectors.listed_kinds) {
        if (kinds.contains(kind)) continue;
        findings.add({rule.line, rule.column}, "no table has the subject " + in_quotes(kind) +
                                                   " of this list" +
                                                   advice(kind, {kinds.begin(), kinds.end()}));
    }
    check_list(policy, Of::canaries, findings);
    check_list(policy, Of::watched, findings);
}

}  // namespace policies::load
