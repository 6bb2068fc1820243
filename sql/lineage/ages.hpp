#pragma once

#include "sql/resolve/model.hpp"

namespace sql::lineage {

/// age(xid), which counts transactions: a call of age() whose one argument is not proven a time.
[[nodiscard]] bool is_age_of_a_transaction(const resolve::Resolution& found,
                                           const resolve::FunctionMention& mention);

}  // namespace sql::lineage
