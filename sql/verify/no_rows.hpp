#pragma once

struct SelectStmt;

namespace sql::verify {

/// A statement that asks for no row, whatever the tables hold, and runs nothing over them: tools send such to
/// learn the columns (LIMIT 0, WHERE false, WHERE 1 = 0). All of it is read from the tree.
[[nodiscard]] bool shows_no_rows(const SelectStmt* select);

}  // namespace sql::verify
