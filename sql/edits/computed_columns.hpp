#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "sql/catalog.hpp"
#include "sql/parse/tokens.hpp"

struct SelectStmt;

namespace sql::edits {

/// The statement's bytes [begin, end) where a plain sub-select, alone in its FROM, shows the columns of its
/// table and computes none: what it computed stands in the query around it, in the place of its name. SELECT
/// m, sum(total) FROM (SELECT date_trunc('month', placed_at) AS m, total FROM orders) AS x GROUP BY m.
/// nullopt: `query` has none.
[[nodiscard]] std::optional<std::string> with_computed_columns_outside(const parse::Tokens& tokens,
                                                                       std::size_t begin, std::size_t end,
                                                                       const SelectStmt* query,
                                                                       const Catalog& catalog);

}  // namespace sql::edits
