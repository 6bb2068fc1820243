#pragma once

#include "sql/resolve/model.hpp"

namespace sql::edits {

/// Nothing in the text can fail because of what a row holds, or because a row is there: that it succeeds
/// tells of nobody. What is not known to be so may fail.
[[nodiscard]] bool cannot_fail_on_a_row(const resolve::Resolution& found);

}  // namespace sql::edits
