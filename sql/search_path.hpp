#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sql {

class Catalog;

/// The names in a value of search_path, as PostgreSQL splits it: folded to lower case unless quoted; nullopt:
/// not a list of names.
[[nodiscard]] std::optional<std::vector<std::string>> split_search_path(std::string_view value);

/// As SHOW search_path says it: public, "My Schema".
[[nodiscard]] std::string search_path_text(const std::vector<std::string>& names);

/// The back end's search_path for a client's: pg_catalog, the trusted schemas, those of the client's that are
/// plain, pg_temp. Statements are printed with every name's schema, so it decides only what PostgreSQL writes
/// and reads as text (regclass, pg_get_constraintdef) and what functions and triggers find by themselves.
[[nodiscard]] std::string backend_search_path(const Catalog& catalog,
                                              const std::vector<std::string>& clients);

}  // namespace sql
