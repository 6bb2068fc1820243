#pragma once

#include "sql/edits/print_select.hpp"

struct CopyStmt;

namespace sql::edits {

/// Prints COPY of a table to the client as COPY of a query over its columns, masked.
[[nodiscard]] Result<PrintedStatement> print_table_copy(const Printing& printing, CopyStmt* meant);

/// COPY ... FROM: the table with its schema, and every column by its name. `meant` is changed alike.
[[nodiscard]] Result<PrintedStatement> print_copy_from(const Printing& in, CopyStmt* meant);

}  // namespace sql::edits
