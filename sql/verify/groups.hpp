#pragma once

#include <vector>

#include "sql/catalog.hpp"
#include "sql/errors.hpp"
#include "sql/parse/tree_memory.hpp"
#include "sql/treatment.hpp"

struct SelectStmt;

namespace sql::verify {

/// For a role that may see only aggregates. A query that reads masked sub-selects shows nothing of them but
/// groups of enough people: HAVING asks for `min_group` different keys in each group, every aggregate is one
/// that hangs on everybody, and each condition is a FILTER of all aggregates, of which HAVING says that it
/// leaves out nobody or enough people. Returns the sub-selects that stand so. All of it is read from the
/// tree.
[[nodiscard]] Result<std::vector<const SelectStmt*>> check_groups(parse::TreeMemory& memory,
                                                                  const Catalog& catalog,
                                                                  const Treatment& treatment,
                                                                  const SelectStmt* select);

}  // namespace sql::verify
