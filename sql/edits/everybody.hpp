#pragma once

#include "sql/catalog.hpp"
#include "sql/resolve/model.hpp"
#include "sql/treatment.hpp"

/// Numbers that tell of nobody in particular.
namespace sql::edits {

/// SELECT count(*) of a whole table. Any condition, even a row filter, would make it an answer about those
/// who fit.
[[nodiscard]] bool counts_everybody(const resolve::Query& query, const Catalog& catalog,
                                    const Treatment& treatment);

/// The same number beside the table's rows, as pages of a list show it: `call` is count(*) OVER ().
[[nodiscard]] bool counts_everybody_beside(const resolve::Query& query, const resolve::Call& call,
                                           const Catalog& catalog, const Treatment& treatment);

}  // namespace sql::edits
