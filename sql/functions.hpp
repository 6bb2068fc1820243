#pragma once

#include <optional>
#include <string_view>

namespace sql {

class Catalog;

/// Built-in functions that only compute over their arguments: they run no SQL from a string, read no files,
/// settings or statistics, reach no other server, keep no state and tell nothing about other rows. Also those
/// that describe the schema (format_type, pg_get_viewdef, pg_table_is_visible): drivers and psql's \d need
/// them.
[[nodiscard]] bool is_safe_builtin(std::string_view schema, std::string_view name);

/// The same of those, and of functions of the extensions that PostgreSQL ships: all that are called so there
/// belong to some.
[[nodiscard]] bool is_safe_function(const Catalog& catalog, std::string_view schema, std::string_view name);

/// True where a name that is refused is harmless with so many arguments: ts_rewrite(query, target,
/// substitute).
[[nodiscard]] bool is_safe_with(std::string_view name, int arguments);

/// System relations (pg_catalog, information_schema) that describe the schema and hold no data of tables.
[[nodiscard]] bool is_schema_description(std::string_view schema, std::string_view name);

/// Why a built-in function or a system relation is refused.
enum class Danger {
    runs_sql,
    reads_by_name,
    files,
    large_objects,
    statistics,
    sizes,
    other_sessions,
    our_text,
    notifies,
    sleeps,
    locks,
    settings,      // of a function: allowed with constants, where the setting itself is
    sequences,     // of a function: allowed for sequences of tables that may be written
    transactions,  // of a function: allowed for roles that count nobody
    replication,
    wal,
    maintenance,
    secrets,
    internal,  // a part of a type, an index or an aggregate: PostgreSQL calls it itself
};

struct DangerWords {
    std::string_view reason;  // "it ..."
    std::string_view hint;
};
[[nodiscard]] DangerWords words_of(Danger danger);

/// nullopt: the function is safe, or not known to Tabir.
[[nodiscard]] std::optional<Danger> danger_of_function(std::string_view schema, std::string_view name);
/// Of a relation of statistics, whether the column only says whose they are.
[[nodiscard]] bool names_what_is_counted(std::string_view column);
[[nodiscard]] std::optional<Danger> danger_of_relation(std::string_view schema, std::string_view name);

}  // namespace sql
