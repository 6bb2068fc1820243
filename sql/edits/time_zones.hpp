#pragma once

#include <string_view>

namespace sql::edits {

/// Whether every server knows a time zone of this name, which is in lower case: others fail where they are
/// first used, and that may be for one row.
[[nodiscard]] bool is_time_zone(std::string_view name);

}  // namespace sql::edits
