#pragma once

#include <optional>

#include "sql/edits/print_select.hpp"

namespace sql::edits {

/// A change whose people RETURNING could not tell, as PaidSteps: a MERGE, and an UPDATE that gives rows to
/// other people. It may read what the client sent besides the rows that it changes (VALUES, arrays, temporary
/// tables of its own). nullopt: it is another one, or cannot be printed so.
[[nodiscard]] std::optional<Result<PrintedStatement>> print_asked_first(const Printing& in);

}  // namespace sql::edits
