#include "policies/bound_policy.hpp"

#include "policies/bind/check_role.hpp"
#include "policies/bind/check_table.hpp"
#include "policies/bind/inheritance.hpp"

namespace policies {

std::variant<std::shared_ptr<const BoundPolicy>, Mistakes> BoundPolicy::bind(
    std::shared_ptr<const PolicySet> policy, std::shared_ptr<const sql::Catalog> catalog) {
    load::Findings findings(policy->file);
    std::shared_ptr<BoundPolicy> bound(new BoundPolicy);
    for (const auto& [name, rule] : policy->tables) {
        const sql::Relation* relation = bind::find_relation(rule, *catalog, findings);
        if (relation == nullptr) continue;
        bind::check_table(*policy, rule, *relation, *catalog, findings);
        bound->rules_.emplace(relation->oid, &rule);
    }
    bind::inherit_rules(*catalog, bound->rules_, findings);

    const auto readers = bind::readers_of_protected(*catalog, bound->rules_);
    for (const sql::Oid oid : readers) {
        const sql::Relation* relation = catalog->relation(oid);
        if (relation == nullptr) continue;
        if (const auto listed = bound->rules_.find(oid); listed != bound->rules_.end()) {
            if (relation->kind == sql::RelationKind::materialized_view) {
                bind::check_materialized_view(*policy, *listed->second, *relation, findings);
            }
        } else if (relation->kind != sql::RelationKind::view) {
            bound->tainted_.insert(oid);
        }
    }
    for (const auto& [name, role] : policy->roles) {
        if (!role.unrestricted) bind::check_role(*policy, role, *catalog, readers, findings);
    }
    if (!findings.empty()) return findings.take();
    bound->policy_ = std::move(policy);
    bound->catalog_ = std::move(catalog);
    return bound;
}

const TableRule* BoundPolicy::rule_of(sql::Oid relation) const {
    const auto found = rules_.find(relation);
    return found == rules_.end() ? nullptr : found->second;
}

}  // namespace policies
