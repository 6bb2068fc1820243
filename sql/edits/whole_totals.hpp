#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "sql/edits/named_tables.hpp"
#include "sql/parse/tokens.hpp"

namespace sql::edits {

/// The statement [begin, end) of `tokens` with a sum or average of whole numbers, which one row may push out
/// of their type's range, reckoned in numeric: sum(pieces * 2) as sum(pieces::numeric * 2)::bigint, which has
/// the same type and value. nullopt: there is none.
[[nodiscard]] std::optional<std::string> with_whole_total_in_numeric(const parse::Tokens& tokens,
                                                                     std::size_t begin, std::size_t end,
                                                                     const SelectStmt* query,
                                                                     const NamedTables& tables);

}  // namespace sql::edits
