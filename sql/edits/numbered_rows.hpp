#pragma once

#include "sql/edits/counted_relations.hpp"
#include "sql/errors.hpp"
#include "sql/resolve/model.hpp"

namespace sql::edits {

/// A sequence never takes a number back: the next one tells how many rows a statement had reached that was
/// refused for the people in them. An error where a statement would take one for each of such rows.
[[nodiscard]] Result<void> check_numbers(const resolve::Resolution& text, const CountedRelations& counted,
                                         const Catalog& catalog);

}  // namespace sql::edits
