#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sql {

/// The names in a value of search_path, as PostgreSQL splits it: folded to lower case unless quoted; nullopt:
/// not a list of names.
[[nodiscard]] std::optional<std::vector<std::string>> split_search_path(std::string_view value);

/// As SHOW search_path says it: public, "My Schema".
[[nodiscard]] std::string search_path_text(const std::vector<std::string>& names);

}  // namespace sql
