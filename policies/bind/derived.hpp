#pragma once

#include <memory>
#include <unordered_map>
#include <unordered_set>

#include "policies/policy_set.hpp"
#include "sql/catalog.hpp"

namespace policies::bind {

/// Rules of materialized views that follow from their definitions.
using DerivedRules = std::unordered_map<sql::Oid, std::unique_ptr<const TableRule>>;

/// Derives the rules of the materialized views that the policy lists as derived and, where it lets unlisted
/// tables be open, of those `readers` that it does not list. They are put into `rules` in place of what
/// stands there. A definition that cannot be followed gives a rule that says why, and shows nothing.
[[nodiscard]] DerivedRules derive_rules(const PolicySet& policy, const sql::Catalog& catalog,
                                        const std::unordered_set<sql::Oid>& readers,
                                        std::unordered_map<sql::Oid, const TableRule*>& rules);

}  // namespace policies::bind
