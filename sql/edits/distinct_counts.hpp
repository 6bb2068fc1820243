#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "sql/edits/named_tables.hpp"
#include "sql/parse/tokens.hpp"

namespace sql::edits {

/// The statement [begin, end) of `tokens`, in which the rows of a DISTINCT column, never NULL, are counted:
/// SELECT count(*) FROM (SELECT DISTINCT city FROM customers WHERE ...) q as SELECT count(DISTINCT city) FROM
/// customers WHERE .... nullopt: no query of it does.
[[nodiscard]] std::optional<std::string> with_distinct_rows_counted(const parse::Tokens& tokens,
                                                                    std::size_t begin, std::size_t end,
                                                                    const SelectStmt* query,
                                                                    const NamedTables& tables);

}  // namespace sql::edits
