#pragma once

#include <optional>

#include "sql/edits/print_select.hpp"

struct CreateTableAsStmt;

namespace sql::edits {

/// CREATE TEMPORARY TABLE AS a query of people who are counted, as the statements of a PaidTable. `in` ends
/// with the query: no WITH DATA stands behind it. nullopt: it keeps nobody who is counted, or its query
/// cannot be printed so.
[[nodiscard]] std::optional<Result<PrintedStatement>> print_paid_table(const Printing& in,
                                                                       const CreateTableAsStmt* create);

}  // namespace sql::edits
