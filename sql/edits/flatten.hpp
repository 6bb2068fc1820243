#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "sql/parse/tokens.hpp"

struct SelectStmt;

namespace sql::edits {

/// The statement's bytes [begin, end) with a plain sub-select of FROM, that lists columns of one table by
/// their own names, in the form of that table: SELECT city, count(*) FROM (SELECT * FROM customers) AS source
/// ... . Its WHERE becomes one of the query around it. Charting tools put every query that they are given
/// into such a sub-select. nullopt: there is none in `query`.
[[nodiscard]] std::optional<std::string> without_a_sub_select(const parse::Tokens& tokens, std::size_t begin,
                                                              std::size_t end, const SelectStmt* query);

}  // namespace sql::edits
