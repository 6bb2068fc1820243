#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "sql/edits/named_tables.hpp"
#include "sql/parse/tokens.hpp"

struct SelectStmt;

namespace sql::edits {

/// The text [begin, end) of `query` in which each aggregate over a choice says it as CASE WHEN condition THEN
/// ... END: sum(CASE kind WHEN 'fee' THEN amount END), avg((kind = 'fee')::int), sum(CAST(a > 1 AS integer)).
/// nullopt: there is none that says it in other words.
[[nodiscard]] std::optional<std::string> with_plain_choices(const parse::Tokens& tokens, std::size_t begin,
                                                            std::size_t end, const SelectStmt* query,
                                                            const NamedTables& tables);

}  // namespace sql::edits
