#pragma once

#include "sql/edits/counted_relations.hpp"
#include "sql/errors.hpp"
#include "sql/resolve/model.hpp"

namespace sql::edits {

/// A sequence never takes a number back: the next one tells how many rows a statement had reached that was
/// refused for the people in them. An error where a statement would take one for each of such rows.
[[nodiscard]] Result<void> check_numbers(const resolve::Resolution& text, const CountedRelations& counted,
                                         const Catalog& catalog);

/// Whether a query gives one row at most, whatever the tables hold: without FROM, by unique columns, LIMIT 1,
/// or aggregates without groups.
[[nodiscard]] bool is_one_row_at_most(const resolve::Resolution& text, const resolve::Query& query,
                                      const Catalog& catalog);

}  // namespace sql::edits
