#pragma once

#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "policies/load/findings.hpp"
#include "policies/policy_set.hpp"
#include "sql/catalog.hpp"

namespace policies::bind {

using RulesByRelation = std::unordered_map<sql::Oid, const TableRule*>;

/// Gives each partition and inheritance child the rule of its listed ancestor. Reports children that are
/// listed themselves or that have two ancestors with rules: reading the parent would show their rows by
/// another rule.
void inherit_rules(const sql::Catalog& catalog, RulesByRelation& rules, load::Findings& findings);

/// Every relation that shows rows of a protected one besides its own rule's reach: views and materialized
/// views over it, and unlisted parents of it.
[[nodiscard]] std::unordered_set<sql::Oid> readers_of_protected(const sql::Catalog& catalog,
                                                                const RulesByRelation& rules);

}  // namespace policies::bind
