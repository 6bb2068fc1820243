#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "sql/catalog.hpp"
#include "sql/parse/tokens.hpp"

struct SelectStmt;

namespace sql::edits {

/// The statement [begin, end) of `tokens`, in which a join chooses groups by those of another query, as
/// charts ask for their largest series: FROM sales JOIN (SELECT kind AS k, sum(x) AS m FROM sales GROUP BY
/// kind ORDER BY m DESC LIMIT 5) AS top ON kind = k GROUP BY day, kind, as FROM sales GROUP BY day, kind
/// HAVING kind IN (SELECT top.k FROM (...) AS top). nullopt: none does.
[[nodiscard]] std::optional<std::string> with_groups_chosen_in_having(const parse::Tokens& tokens,
                                                                      std::size_t begin, std::size_t end,
                                                                      const SelectStmt* query,
                                                                      const Catalog& catalog);

}  // namespace sql::edits
