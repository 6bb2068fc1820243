#pragma once

#include "sql/edits/print_select.hpp"

struct AlterTableStmt;
struct RenameStmt;

namespace sql::edits {

/// ALTER TABLE of a temporary table of the session's own: columns of built-in types come, go and change.
/// Printed anew, part by part; other parts are refused.
[[nodiscard]] Result<PrintedStatement> print_alter(const Printing& in, AlterTableStmt* meant);
[[nodiscard]] Result<PrintedStatement> print_rename(const Printing& in, RenameStmt* meant);

}  // namespace sql::edits
