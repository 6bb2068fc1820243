#pragma once

#include <optional>

#include "policies/rules/request.hpp"

namespace policies::rules {

/// Refuses a statement that changes rows which the role may not change, by columns that it may not write, or
/// with values of a class that the written column does not have.
[[nodiscard]] std::optional<Deny> check_writes(const Request& request);

/// What is changed: the table behind a view that the role does not see as it is, else what the client named.
[[nodiscard]] sql::WriteUse of_table(const Request& request, const sql::WriteUse& use);

/// Refuses FOR UPDATE and its kind of rows that the role may not change.
[[nodiscard]] std::optional<Deny> check_locks(const Request& request);

/// What the role may change of a relation that check_writes let pass.
[[nodiscard]] sql::WriteTreatment writable(const Request& request, const sql::Relation& relation);

}  // namespace policies::rules
