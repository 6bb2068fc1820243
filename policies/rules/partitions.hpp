#pragma once

#include <string>

#include "policies/rules/request.hpp"

namespace policies::rules {

/// The name of a column that decides in which partition or child rows of `relation` are, of its own or of a
/// table that it is a part of, and that the role does not see as it is; empty: none. Which part a row is in
/// would tell of it.
[[nodiscard]] std::string hidden_partition_key(const Request& request, const sql::Relation& relation);

/// Refuses to name such a part by itself.
[[nodiscard]] std::optional<Deny> check_part(const Request& request, const sql::Relation& relation);
/// Refuses to run a plan that tells how many rows are in each.
[[nodiscard]] std::optional<Deny> check_counted_parts(const Request& request);

}  // namespace policies::rules
