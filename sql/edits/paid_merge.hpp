#pragma once

#include <optional>

#include "sql/edits/print_select.hpp"

struct MergeStmt;

namespace sql::edits {

/// A MERGE that changes rows of counted people by what the client sent (VALUES, arrays, temporary tables of
/// its own), as PaidSteps. nullopt: it changes or reads something else, or cannot be printed so.
[[nodiscard]] std::optional<Result<PrintedStatement>> print_paid_merge(const Printing& in,
                                                                       const MergeStmt* merge);

}  // namespace sql::edits
