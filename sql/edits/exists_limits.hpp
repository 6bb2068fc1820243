#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "sql/parse/tokens.hpp"

struct SelectStmt;

namespace sql::edits {

/// The statement [begin, end) of `tokens` with an EXISTS (SELECT ... LIMIT 1) less its LIMIT, as Django
/// writes it: whether there is a row does not hang on how many are wanted, if any are. nullopt: there is
/// none.
[[nodiscard]] std::optional<std::string> without_limit_in_exists(const parse::Tokens& tokens,
                                                                 std::size_t begin, std::size_t end,
                                                                 const SelectStmt* query);

}  // namespace sql::edits
