#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "sql/edits/named_tables.hpp"
#include "sql/parse/tokens.hpp"

namespace sql::edits {

/// The statement [begin, end) of `tokens`, in which what an outer join asks of its table beside equal columns
/// is asked by the aggregates over that table: count(o.id) ... LEFT JOIN orders o ON o.customer_id = c.id AND
/// o.total > 5 as count(o.id) FILTER (WHERE o.total > 5) ... LEFT JOIN orders o ON o.customer_id = c.id; and
/// so LEFT JOIN (SELECT * FROM orders WHERE total > 5) AS o. nullopt: no query of it has such a join as the
/// last of its FROM, or it shows more of that table than aggregates.
[[nodiscard]] std::optional<std::string> with_outer_join_conditions_outside(const parse::Tokens& tokens,
                                                                            std::size_t begin,
                                                                            std::size_t end,
                                                                            const SelectStmt* query,
                                                                            const NamedTables& tables);

}  // namespace sql::edits
