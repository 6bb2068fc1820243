#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "sql/edits/named_tables.hpp"
#include "sql/parse/tokens.hpp"

namespace sql::edits {

/// The statement [begin, end) of `tokens`, in which an outer join that asks for rows without a partner is a
/// condition: FROM customers c LEFT JOIN orders o ON o.customer_id = c.id WHERE o.id IS NULL as FROM
/// customers c WHERE NOT EXISTS (SELECT FROM orders o WHERE o.customer_id = c.id). nullopt: it has none.
[[nodiscard]] std::optional<std::string> with_anti_join_as_condition(const parse::Tokens& tokens,
                                                                     std::size_t begin, std::size_t end,
                                                                     const SelectStmt* query,
                                                                     const NamedTables& tables);

}  // namespace sql::edits
