#include "sql/functions.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "sql/catalog.hpp"
#include "sql/functions/tables.hpp"
#include "sql/is_one_of.hpp"

namespace sql {
namespace {

using functions::RefusedNames;

constexpr std::string_view pg_catalog = "pg_catalog";
constexpr std::string_view information_schema = "information_schema";

bool contains(std::span<const std::string_view> sorted, std::string_view name) {
    return std::ranges::binary_search(sorted, name);
}

/// The first group that names a thing says why it is refused.
std::unordered_map<std::string_view, Danger> by_name(std::span<const RefusedNames> refused) {
    std::unordered_map<std::string_view, Danger> dangers;
    for (const RefusedNames& group : refused) {
        for (const auto name : group.names)
            dangers.emplace(name, group.why);
    }
    return dangers;
}

std::optional<Danger> find(const std::unordered_map<std::string_view, Danger>& dangers,
                           std::string_view name) {
    const auto found = dangers.find(name);
    return found == dangers.end() ? std::nullopt : std::optional(found->second);
}

std::unordered_map<std::string_view, Danger> dangerous_functions() {
    auto dangers = by_name(functions::refused_functions());
    for (const auto name : functions::internal_parts())
        dangers.emplace(name, Danger::internal);
    return dangers;
}

std::unordered_set<std::string_view> safe_builtins() {
    std::unordered_set<std::string_view> names(functions::describing().begin(),
                                               functions::describing().end());
    for (const auto& topics : {functions::computing(), functions::operating()}) {
        for (const auto& topic : topics)
            names.insert(topic.begin(), topic.end());
    }
    return names;
}

}  // namespace

bool is_safe_builtin(std::string_view schema, std::string_view name) {
    if (schema == information_schema) return contains(functions::information_schema_functions(), name);
    if (schema != pg_catalog) return false;
    static const auto safe = safe_builtins();
    return safe.contains(name);
}

bool is_safe_function(const Catalog& catalog, std::string_view schema, std::string_view name) {
    if (is_safe_builtin(schema, name)) return true;
    if (!contains(functions::computing_in_extensions(), name)) return false;
    const auto overloads = catalog.functions(schema, name);
    return !overloads.empty() && std::ranges::all_of(overloads, &Function::extension);
}

bool is_safe_with(std::string_view name, int arguments) { return name == "ts_rewrite" && arguments == 3; }

bool is_schema_description(std::string_view schema, std::string_view name) {
    if (schema == pg_catalog) return contains(functions::pg_catalog_relations(), name);
    return schema == information_schema && contains(functions::information_schema_relations(), name);
}

DangerWords words_of(Danger danger) {
    switch (danger) {
        case Danger::runs_sql:
            return {"it runs SQL from a string, which cannot be checked",
                    "Write the query itself, as a sub-query or in WITH."};
        case Danger::reads_by_name:
            return {"it reads tables that are named by a value, where no rule can follow",
                    "Name the table in FROM; row_to_json and json_agg make documents of its rows."};
        case Danger::files:
            return {"it reads or names files of the database server",
                    "Ask those who run the database server for the file."};
        case Danger::large_objects:
            return {"large objects belong to no table, so no rule covers them",
                    "Keep documents in a column of a table that the policy lists."};
        case Danger::statistics:
            return {"statistics hold values and totals of rows that the role may not see",
                    "Count over the tables that the role may read, as in SELECT count(*)."};
        case Danger::sizes:
            return {"sizes tell totals of rows that the role may not see",
                    "Count over the tables that the role may read, as in SELECT count(*)."};
        case Danger::other_sessions:
            return {"it shows or touches what other sessions do",
                    "What a session may know of itself: pg_backend_pid(), current_user, now()."};
        case Danger::our_text:
            return {"it shows statements as Tabir sends them, with masks and row filters",
                    "Keep the text of statements, cursors and prepared statements in the tool."};
        case Danger::notifies:
            return {"it sends a value to other sessions, which no budget counts",
                    "Let the application send the message under a user of its own."};
        case Danger::sleeps: return {"it only makes the session wait", "Wait in the tool."};
        case Danger::locks:
            return {"advisory locks are shared with the applications that rely on them",
                    "Let the application take the lock under a user of its own."};
        case Danger::settings:
            return {
                "it reads or writes a setting that is computed or not the session's own",
                "Use SET and SHOW, or a constant name and value of a setting that the session may change."};
        case Danger::sequences:
            return {"sequences tell how many rows were ever made",
                    "Name, as a constant, a sequence that the role may write, itself or its table."};
        case Danger::transactions:
            return {"numbers of transactions tell of a statement that was refused whether it had found rows",
                    "pg_backend_pid() and now() tell sessions and transactions apart."};
        case Danger::replication:
            return {"replication carries every row as it is",
                    "Replicate under a database role of its own, not through Tabir."};
        case Danger::wal:
            return {"it tells of the server's write-ahead log and its backups",
                    "Ask those who run the database server."};
        case Danger::maintenance:
            return {"it changes or upgrades the database itself",
                    "Ask a database administrator, whose role has unrestricted: true."};
        case Danger::secrets:
            return {"it holds passwords or options of connections to other servers",
                    "pg_roles and information_schema.foreign_servers tell the names."};
        case Danger::internal:
            return {"PostgreSQL calls it itself, for a type, an index or an aggregate",
                    "Use the cast, operator or aggregate that it is a part of."};
    }
    return {"its meaning is not known", "Use another function."};  // a value from outside the enum
}

std::optional<Danger> danger_of_function(std::string_view schema, std::string_view name) {
    static const auto dangers = dangerous_functions();
    return schema == pg_catalog ? find(dangers, name) : std::nullopt;
}

bool names_what_is_counted(std::string_view column) {
    return is_one_of(column, "funcid", "funcname", "indexrelid", "indexrelname", "relid", "relname",
                     "schemaname");
}

std::optional<Danger> danger_of_relation(std::string_view schema, std::string_view name) {
    static const auto of_pg_catalog = by_name(functions::refused_pg_catalog_relations());
    static const auto of_information_schema = by_name(functions::refused_information_schema_relations());
    if (schema == pg_catalog) return find(of_pg_catalog, name);
    if (schema == information_schema) return find(of_information_schema, name);
    return std::nullopt;
}

}  // namespace sql
