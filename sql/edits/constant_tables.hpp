#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "sql/catalog.hpp"
#include "sql/parse/tokens.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {

/// The statement [begin, end) of `tokens`, with one sub-select in FROM less: one of a single row of
/// constants, as a WITH query of parameters is, whose values stand where its columns were named. nullopt:
/// there is none.
[[nodiscard]] std::optional<std::string> with_constant_table_in_place(const parse::Tokens& tokens,
                                                                      std::size_t begin, std::size_t end,
                                                                      const SelectStmt* query,
                                                                      const Catalog& catalog);

}  // namespace sql::edits
