#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "sql/catalog.hpp"
#include "sql/parse/tokens.hpp"

struct SelectStmt;

namespace sql::edits {

/// The statement's bytes [begin, end) with a query of the WITH of `query` in the place that names it: WITH c
/// AS (SELECT * FROM customers) SELECT count(*) FROM c as SELECT count(*) FROM (SELECT * FROM customers) AS
/// c. A row of constants may be named in several places. nullopt: each is recursive, named in another number
/// of places, has column names of its own and is read under another name, or reads a table whose name would
/// mean something else there.
[[nodiscard]] std::optional<std::string> with_query_in_place(const parse::Tokens& tokens, std::size_t begin,
                                                             std::size_t end, const SelectStmt* query,
                                                             const Catalog& catalog);

}  // namespace sql::edits
