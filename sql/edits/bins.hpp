#pragma once

#include "sql/edits/total_expressions.hpp"

namespace sql::edits {

/// The column of an expression that puts it into bins, as charts write it: width_bucket(), date_bin(),
/// floor(x / 100) * 100, extract(year from t)::int. nullptr: `key` is something else. It may fail on values
/// at the ends of a type, but as a grouping key on whoever has them, and no constant moves these ends:
/// nothing chooses for which rows it is worked out.
[[nodiscard]] const Node* bucketed(Node* key, const TypeOf& type_of);

}  // namespace sql::edits
