#pragma once

#include <set>
#include <string>
#include <vector>

#include "policies/bound_policy.hpp"

namespace policies {

/// What a role's back-end user must be able to do with one relation, so that the statements which Tabir
/// prints for the role can run.
struct NeededRight {
    sql::Oid relation = 0;
    /// Columns that are shown, masked or counted by; the others need no grant.
    std::set<sql::AttributeNumber> columns;
    bool whole = false;  // every column
    bool write = false;
    bool through_parent = false;  // a partition or child: its parent's grants do for statements that name it
};

/// Of a restricted role: its tables, what its views read and what its row filters look up. Each relation
/// once.
[[nodiscard]] std::vector<NeededRight> needed_rights(const BoundPolicy& policy, const Role& role);

}  // namespace policies
