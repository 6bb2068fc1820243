#pragma once

#include <unordered_set>

#include "policies/load/findings.hpp"
#include "policies/policy_set.hpp"
#include "sql/catalog.hpp"

namespace policies::bind {

/// Checks a role's row filters, functions and unlisted tables. `readers`: see readers_of_protected.
void check_role(const PolicySet& policy, const Role& role, const sql::Catalog& catalog,
                const std::unordered_set<sql::Oid>& readers, load::Findings& findings);

}  // namespace policies::bind
