#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "sql/edits/named_tables.hpp"
#include "sql/parse/tokens.hpp"
#include "sql/parse/tree_memory.hpp"
#include "sql/treatment.hpp"

namespace sql::edits {

/// The statement [begin, end) of `tokens` with groups of groups as groups of rows: SELECT channel, sum(n)
/// FROM (SELECT day, channel, count(*) AS n FROM orders GROUP BY 1, 2) d GROUP BY channel as SELECT channel,
/// sum(1::int8) FROM orders GROUP BY channel. So nobody is missing whose smaller group would not be shown;
/// also of a view of groups. nullopt: there are none over tables with a treatment.
[[nodiscard]] std::optional<std::string> with_groups_of_rows(parse::TreeMemory& memory,
                                                             const parse::Tokens& tokens, std::size_t begin,
                                                             std::size_t end, const SelectStmt* query,
                                                             const NamedTables& tables,
                                                             const Treatment& treatment);

}  // namespace sql::edits
