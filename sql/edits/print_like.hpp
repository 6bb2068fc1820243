#pragma once

#include "sql/edits/print_select.hpp"

struct CreateStmt;

namespace sql::edits {

/// Whether it takes columns from another table.
[[nodiscard]] bool is_like_another(const CreateStmt* create);

/// CREATE TEMPORARY TABLE name (LIKE table): with the columns of the table that the role sees, by their types
/// and NOT NULL. `meant` becomes the tree of what is printed.
[[nodiscard]] Result<PrintedStatement> print_create_like(const Printing& in, Node*& meant);

}  // namespace sql::edits
