#pragma once

#include <string_view>

namespace sql {

/// Built-in functions of pg_catalog that only compute over their arguments: they run no SQL from a string,
/// read no files, settings or statistics, reach no other server, keep no state and tell nothing about other
/// rows. Also those that describe the schema (format_type, pg_get_viewdef, pg_table_is_visible): drivers and
/// psql's \d need them.
[[nodiscard]] bool is_safe_builtin(std::string_view name);

/// System relations (pg_catalog, information_schema) that describe the schema and hold no data of tables.
[[nodiscard]] bool is_schema_description(std::string_view schema, std::string_view name);

}  // namespace sql
