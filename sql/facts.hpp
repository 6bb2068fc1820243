#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sql/catalog.hpp"
#include "sql/copy.hpp"
#include "sql/functions.hpp"

namespace sql {

enum class StatementKind {
    empty,
    select,
    insert,
    update,
    delete_rows,
    merge,
    copy,
    explain,
    prepare,
    execute,
    deallocate,
    declare_cursor,
    fetch,
    close_cursor,
    begin,
    commit,
    rollback,
    savepoint,
    release_savepoint,
    rollback_to_savepoint,
    set,
    reset,
    show,
    discard,
    listen,
    notify,
    unlisten,
    lock,
    call,
    do_block,
    create_temporary,  // CREATE TEMPORARY TABLE, with AS too, and SELECT INTO TEMPORARY
    drop_temporary,
    truncate_temporary,
    alter_temporary,  // CREATE INDEX, ALTER TABLE and ANALYZE of one
    ddl,
    other,
};

/// The kind's word for messages and metric labels: "select", "begin", ...
[[nodiscard]] const char* name_of(StatementKind kind);

/// A relation that the statement reads, by name or through a view that was expanded.
struct RelationUse {
    Oid relation = 0;
    std::optional<Oid> through_view;  // the view that the client named
    std::size_t offset = 0;           // of the name in the client's text
    /// Of what the server keeps: nothing is read but names, such as those that rows of statistics are about.
    bool names_only = false;
    bool temporary = false;  // a temporary table of the session's own
};

/// A column that the client's text names (not through *). number 0: the whole row; below: a system column.
struct ColumnUse {
    Oid relation = 0;
    AttributeNumber number = 0;
    std::size_t offset = 0;
    bool temporary = false;  // RelationUse::temporary
};

/// A column that a statement gives values.
struct WrittenColumn {
    AttributeNumber number = 0;
    std::vector<ColumnUse> from;  // whose values may flow into it
    bool inserted = false;        // in new rows; else in rows that were there
    bool never_null = false;      // whatever parameters are bound
};

/// The table behind a view that is changed, where PostgreSQL changes such a view by itself.
struct ViewWrite {
    Oid table = 0;
    std::vector<AttributeNumber> columns;           // for each of WriteUse::columns; 0: computed
    std::vector<AttributeNumber> conflict_columns;  // for each of WriteUse::conflict_columns
    std::vector<AttributeNumber> chosen_by;         // columns that decide which rows the view shows
};

/// A relation whose rows the statement changes.
struct WriteUse {
    Oid relation = 0;
    bool inserts = false;
    bool updates = false;
    bool deletes = false;
    bool by_query = false;  // the rows inserted come from a SELECT, so the text does not tell how many
    bool merges = false;
    std::vector<WrittenColumn> columns;
    std::vector<AttributeNumber> conflict_columns;  // whose values ON CONFLICT compares with all rows
    std::size_t offset = 0;
    bool temporary = false;                 // RelationUse::temporary
    std::optional<ViewWrite> through = {};  // of a view
    std::string obstacle = {};              // of a view without it: why its rows cannot be changed
};

/// SET, RESET and SHOW; also SET TRANSACTION and its kind, under the name of the setting.
struct SettingUse {
    std::string name;                               // lower case; "all" for RESET ALL and SHOW ALL
    std::vector<std::string> values;                // empty for RESET, SHOW and SET ... TO DEFAULT
    bool local = false;                             // SET LOCAL
    bool of_parameter = false;                      // set_config(name, $1, ...): `values` are not known
    std::optional<std::string> result_column = {};  // of SELECT set_config(...): what its column is called

    bool operator==(const SettingUse&) const = default;
};

/// A function, aggregate or window function that is called, however it is spelled.
struct FunctionUse {
    std::string schema;  // as resolved; pg_catalog for built-ins
    std::string name;
    bool safe_builtin = false;  // on the list of sql/functions.hpp
    bool through_view = false;
    std::size_t offset = 0;
    std::optional<Danger> danger = {};       // of a built-in that is not safe
    std::optional<SettingUse> setting = {};  // of set_config and current_setting with constants
    bool writes_setting = false;             // set_config
    bool answered = false;                   // Tabir answers in the server's place: sizes are NULL
    std::optional<Oid> sequence = {};        // of nextval and its kind with a constant
};

/// The cursor that DECLARE opens, FETCH and MOVE read and CLOSE ends.
struct CursorUse {
    std::string name;    // empty: every one (CLOSE ALL, DISCARD ALL)
    bool holds = false;  // WITH HOLD
    bool moves = false;  // MOVE
    bool all = false;    // to its end: FETCH ALL

    bool operator==(const CursorUse&) const = default;
};

/// The prepared statement that PREPARE makes, EXECUTE runs (EXPLAIN EXECUTE shows) and DEALLOCATE drops.
struct PreparedUse {
    std::string name;  // empty: every one (DEALLOCATE ALL, DISCARD ALL)

    bool operator==(const PreparedUse&) const = default;
};

/// What one statement of a message touches. Knows no users and no rules.
struct Facts {
    StatementKind kind = StatementKind::other;
    /// What a statement that carries another (DECLARE, PREPARE, EXPLAIN, COPY of a query) carries innermost.
    /// What is told below of relations, columns and functions is told of that.
    std::optional<StatementKind> carries;
    std::string command;  // what the statement is called in PostgreSQL's documentation: "CREATE TABLE"
    std::vector<RelationUse> relations;
    std::vector<ColumnUse> columns;
    std::vector<FunctionUse> functions;
    std::optional<SettingUse> setting;  // also of SELECT set_config('search_path', ...) and nothing else
    std::optional<std::string> savepoint;
    std::optional<CursorUse> cursor;
    std::optional<PreparedUse> prepared;
    std::optional<CopyUse> copy;
    bool weak_lock = false;    // LOCK in a mode that only keeps others from changing the table's form
    bool runs_a_plan = false;  // EXPLAIN ANALYZE and its kind
    /// The session's temporary tables were filled from relations with a treatment.
    bool temporary_holds_values = false;
    std::vector<WriteUse> writes;     // in WITH too
    std::vector<RelationUse> locked;  // by FOR UPDATE and its kind
};

}  // namespace sql
