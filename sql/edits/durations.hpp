#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "sql/edits/named_tables.hpp"
#include "sql/parse/tokens.hpp"

namespace sql::edits {

/// The bytes [begin, end) with the differences of two times in aggregates as differences of seconds: where
/// one of them is infinite, PostgreSQL has an error for the first and a number for the second.
/// - extract(epoch FROM a - b): extract(epoch FROM a) - extract(epoch FROM b); extract(day FROM a - b) of
/// them
/// - avg(a - b), sum(a - b): an interval of the average, or the sum, of the seconds; of days, their average
/// nullopt: `query` has none whose types are known.
[[nodiscard]] std::optional<std::string> with_durations_in_seconds(const parse::Tokens& tokens,
                                                                   std::size_t begin, std::size_t end,
                                                                   const SelectStmt* query,
                                                                   const NamedTables& tables);

}  // namespace sql::edits
