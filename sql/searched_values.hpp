#pragma once

#include <string_view>

#include "sql/is_one_of.hpp"

namespace sql {

/// PostgreSQL's own functions over text that people tidy up a searched value with. Over constants their value
/// hangs on no row.
[[nodiscard]] inline bool tidies_searched_value(std::string_view function) {
    return is_one_of(function, "lower", "upper", "btrim", "ltrim", "rtrim", "replace", "translate", "concat",
                     "regexp_replace", "left", "right", "substring", "substr");
}

}  // namespace sql
