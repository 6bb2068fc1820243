#pragma once

#include "policies/load/findings.hpp"
#include "policies/policy_set.hpp"
#include "sql/catalog.hpp"

namespace policies::bind {

/// Checks that canaries and watched subjects are spelled as PostgreSQL prints the columns that name them: any
/// other spelling would never be met.
void check_listed_keys(const PolicySet& policy, const sql::Catalog& catalog, load::Findings& findings);

}  // namespace policies::bind
