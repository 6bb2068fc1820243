#pragma once

#include <optional>
#include <set>

#include "policies/rules/request.hpp"

namespace policies::rules {

/// Refuses a statement that reads a relation which the role was not given. A view that it was given carries
/// it to the view's tables, each under its own rule; an unlisted table stays closed there too.
[[nodiscard]] std::optional<Deny> check_relations(const Request& request);

/// Refuses a relation that the role may not read by its own name.
[[nodiscard]] std::optional<Deny> check_readable(const Request& request, const sql::Relation& relation);

/// Whether the role's `write` holds the table, by its own name or by that of the parent whose rule it has.
[[nodiscard]] bool may_write(const Request& request, sql::Oid relation);

/// The tables whose rows the role may change, also through views and by foreign keys that follow its changes.
[[nodiscard]] std::set<sql::Oid> changeable_tables(const Request& request);

}  // namespace policies::rules
