#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "sql/edits/named_tables.hpp"
#include "sql/parse/tokens.hpp"

namespace sql::edits {

/// The statement [begin, end) of `tokens`, in which a query that counts rows of a table asks by a join for
/// those with a row of another one: SELECT city, count(*) FROM customers c WHERE EXISTS (SELECT FROM orders o
/// WHERE o.customer_id = c.id) as SELECT c.city, count(DISTINCT c.id) FROM customers c, orders o WHERE
/// o.customer_id = c.id; and the same of IN. Of NOT EXISTS and NOT IN all but those who have a row, by an
/// outer join: count(DISTINCT c.id) - count(DISTINCT o.customer_id). nullopt: no query of it does, or it
/// shows more than counts.
[[nodiscard]] std::optional<std::string> with_semi_join_as_join(const parse::Tokens& tokens,
                                                                std::size_t begin, std::size_t end,
                                                                const SelectStmt* query,
                                                                const NamedTables& tables);

}  // namespace sql::edits
