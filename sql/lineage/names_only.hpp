#pragma once

#include "sql/resolve/model.hpp"

namespace sql::lineage {

/// Whether of a relation that the server keeps for itself (statistics, passwords, where sequences stand)
/// nothing is read but names, such as those that its rows are about. `item` is of a relation.
[[nodiscard]] bool reads_names_only(const resolve::FromItem& item);

}  // namespace sql::lineage
