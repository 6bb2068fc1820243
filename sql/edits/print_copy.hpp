#pragma once

#include "sql/edits/print_select.hpp"

struct CopyStmt;

namespace sql::edits {

/// Prints COPY of a table to the client as COPY of a query over its columns, masked.
[[nodiscard]] Result<PrintedStatement> print_table_copy(const Printing& printing, CopyStmt* meant);

}  // namespace sql::edits
