#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "sql/parse/pg_nodes.hpp"
#include "sql/parse/tokens.hpp"

namespace sql::edits {

/// The text [begin, end) of `query` in which the conditions of an inner join that do not compare two columns
/// stand in WHERE, where they say the same: `a JOIN b ON a.x = b.x AND b.y > 1`. nullopt: there are none.
[[nodiscard]] std::optional<std::string> with_join_conditions_outside(const parse::Tokens& tokens,
                                                                      std::size_t begin, std::size_t end,
                                                                      const SelectStmt* query);

}  // namespace sql::edits
