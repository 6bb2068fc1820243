#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "sql/parse/tokens.hpp"

struct SelectStmt;

namespace sql::edits {

/// The statement [begin, end) of `tokens` with the least or greatest of cut times, min(date_trunc('month',
/// t)) AS m, as the cut of the least or greatest time: it is the same, and a total of a column. nullopt:
/// there is none.
[[nodiscard]] std::optional<std::string> with_least_time_cut(const parse::Tokens& tokens, std::size_t begin,
                                                             std::size_t end, const SelectStmt* query);

}  // namespace sql::edits
