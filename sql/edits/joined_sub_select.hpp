#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "sql/catalog.hpp"
#include "sql/parse/tokens.hpp"

struct SelectStmt;

namespace sql::edits {

/// The statement's bytes [begin, end) where the tables that a plain sub-select, alone in its FROM, joins
/// stand in the query around it, and what it shows in the place of its name: SELECT x.city, sum(x.amount)
/// FROM (SELECT c.city, p.amount FROM customers c JOIN payments p ON p.customer = c.id) AS x GROUP BY x.city.
/// nullopt: `query` has none.
[[nodiscard]] std::optional<std::string> with_joined_tables_outside(const parse::Tokens& tokens,
                                                                    std::size_t begin, std::size_t end,
                                                                    const SelectStmt* query,
                                                                    const Catalog& catalog);

}  // namespace sql::edits
