#pragma once

#include <string>
#include <vector>

#include "sql/catalog.hpp"
#include "sql/facts.hpp"
#include "sql/treatment.hpp"

namespace gateway::enforcement {

/// Columns whose masks a statement stores in new rows, where it reads them from a table: "phone of
/// public.customers". The real values cannot be stored by a role that does not see them.
[[nodiscard]] std::vector<std::string> stored_masks(const sql::Facts& facts, const sql::Treatment& treatment,
                                                    const sql::Catalog& catalog);

}  // namespace gateway::enforcement
