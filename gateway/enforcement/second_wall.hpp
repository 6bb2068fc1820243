#pragma once

#include <set>
#include <string>
#include <vector>

#include "gateway/backend/rights_reader.hpp"
#include "policies/bound_policy.hpp"

namespace gateway::enforcement {

/// One thing to do in a database, or to think about.
struct WallFinding {
    std::string what;  // a sentence
    std::string fix;   // SQL; empty for what only people can decide
    bool advice = false;
};

/// A database user of the gateway and the policy roles whose statements it runs.
struct WallUser {
    std::string name;
    std::vector<const policies::Role*> roles;
};

/// The second wall: what the database itself would refuse if the gateway were wrong. Holds the rights of a
/// back-end user against what the policy's roles need: too much and too little are both found. Grants of
/// columns that every role of the user has stripped, and functions that the policy lets through although
/// they may read tables, are advice.
[[nodiscard]] std::vector<WallFinding> check_wall(const policies::BoundPolicy& policy, const WallUser& user,
                                                  const backend::DatabaseAudit& audit);

}  // namespace gateway::enforcement
