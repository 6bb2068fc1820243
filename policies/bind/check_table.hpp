#pragma once

#include "policies/load/findings.hpp"
#include "policies/policy_set.hpp"
#include "sql/catalog.hpp"

namespace policies::bind {

/// The relation of a table rule; nullptr, and reported, if there is none or none that a policy can list.
[[nodiscard]] const sql::Relation* find_relation(const TableRule& rule, const sql::Catalog& catalog,
                                                 load::Findings& findings);

/// Checks the columns, subjects and masks of a rule against its relation.
void check_table(const PolicySet& policy, const TableRule& rule, const sql::Relation& relation,
                 const sql::Catalog& catalog, load::Findings& findings);

/// Checks the rule of a materialized view that shows rows of protected tables (see readers_of_protected).
void check_materialized_view(const PolicySet& policy, const TableRule& rule, const sql::Relation& relation,
                             load::Findings& findings);

}  // namespace policies::bind
