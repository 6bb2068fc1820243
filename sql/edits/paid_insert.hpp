#pragma once

#include <optional>

#include "sql/edits/print_select.hpp"

struct InsertStmt;

namespace sql::edits {

/// An INSERT of a query of counted people into a table that numbers its rows, as PaidSteps. nullopt: it is
/// another one, or cannot be printed so.
[[nodiscard]] std::optional<Result<PrintedStatement>> print_paid_insert(const Printing& in,
                                                                        const InsertStmt* insert);

}  // namespace sql::edits
