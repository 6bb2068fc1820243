#pragma once

#include "sql/edits/counted_relations.hpp"
#include "sql/edits/statement_text.hpp"

namespace sql::edits {

/// Makes (a UNION b) UNION c of counted people (a UNION ALL b) UNION c, which has the same rows where all
/// arms compare their columns alike: each UNION is said as a query around its arms, and PostgreSQL plans many
/// of them within each other for minutes.
[[nodiscard]] Result<void> flatten_unions(StatementText& text, resolve::Resolution& found,
                                          const CountedRelations& counted, const Catalog& catalog);

}  // namespace sql::edits
