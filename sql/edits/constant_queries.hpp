#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sql/catalog.hpp"
#include "sql/parse/tokens.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {

/// The values of a SELECT of one row that reads no table, or of one row of VALUES, as text in brackets, each
/// of the type that the row gives it. `parsed` is the SELECT's own list. nullopt: not each is worked out of
/// constants by PostgreSQL's own functions, or gives the same value each time.
[[nodiscard]] std::optional<std::vector<std::string>> constants_of(const parse::Tokens& tokens,
                                                                   const SelectStmt* row,
                                                                   const Catalog& catalog);

/// The statement [begin, end) of `tokens`, in which (SELECT constant) and IN (VALUES (constant), ...) are
/// said without a query. nullopt: there are none.
[[nodiscard]] std::optional<std::string> with_constants_in_place(const parse::Tokens& tokens,
                                                                 std::size_t begin, std::size_t end,
                                                                 const SelectStmt* query,
                                                                 const Catalog& catalog);

}  // namespace sql::edits
