#pragma once

#include "sql/analyze.hpp"
#include "sql/parse/parse_tree.hpp"
#include "sql/parse/tokens.hpp"

namespace sql::edits {

/// Analysis::print of one statement. Leaves the statement's own tree as it is.
[[nodiscard]] Result<PrintedStatement> print_statement(const parse::Statement& statement,
                                                       const parse::Tokens& tokens, parse::TreeMemory& memory,
                                                       const Catalog& catalog, const NameContext& names,
                                                       const Treatment& treatment);

}  // namespace sql::edits
