#pragma once

#include "sql/edits/counted_relations.hpp"
#include "sql/errors.hpp"
#include "sql/resolve/model.hpp"

namespace sql::edits {

/// Where rows of counted people are merged into one, by DISTINCT, GROUP BY, a window or a set operation,
/// their keys are collected as the text of an array, which doubles what is quoted in it on each level. Errors
/// with too_large where many levels stand within each other, also in queries of WITH and in views.
[[nodiscard]] Result<void> check_nested_merges(const resolve::Resolution& found,
                                               const CountedRelations& counted);

}  // namespace sql::edits
