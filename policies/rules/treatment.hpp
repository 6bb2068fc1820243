#pragma once

#include <memory>

#include "policies/decide.hpp"
#include "policies/rules/request.hpp"

namespace policies::rules {

/// What a permitted SELECT, INSERT, UPDATE, DELETE or MERGE must look like: how each relation that it reads
/// is shown to the role, which rows of it, whose keys are counted, and what it may change.
[[nodiscard]] Rewrite rewrite_of(const Request& request);

/// How the role sees the relation, where that is known already; else nullptr.
[[nodiscard]] std::shared_ptr<const sql::RelationTreatment> known_treatment(const Request& request,
                                                                            sql::Oid relation);

/// False: the role sees the relation as it is. A view is seen as the tables that it shows.
[[nodiscard]] bool is_treated(const BoundPolicy& policy, const Role& role, const sql::Relation& relation);

}  // namespace policies::rules
