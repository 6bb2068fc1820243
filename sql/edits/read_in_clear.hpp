#pragma once

#include <set>
#include <string>

#include "sql/resolve/model.hpp"

namespace sql::edits {

/// RelationTreatment::in_clear of every column that a statement reads, through views, too.
[[nodiscard]] std::set<std::string> read_in_clear(const resolve::Resolution& found);

}  // namespace sql::edits
