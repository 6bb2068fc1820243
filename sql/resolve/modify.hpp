#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sql/catalog.hpp"
#include "sql/resolve/changed_view.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::resolve {

struct FromItem;
struct Query;

/// One column that a statement gives a value: by SET, or as a column of INSERT.
struct Assignment {
    enum class Clause { insert, update };
    Clause clause = Clause::update;
    const Column* column = nullptr;
    ResTarget* target = nullptr;   // of SET, or of INSERT's column list; nullptr: INSERT names no columns
    Node** value = nullptr;        // where the tree holds the value; nullptr: INSERT takes it from its source
    int output = -1;               // which column of INSERT's source
    bool is_default = false;       // DEFAULT in every row
    bool is_left_out = false;      // of INSERT: every row gives it no more than its default
    bool is_part = false;          // SET column[1] = ..., SET column.field = ...
    bool is_joint = false;         // SET (a, b) = (SELECT ...)
    const RowExpr* row = nullptr;  // SET (a, b) = (1, 2): that of the values
};

/// What INSERT, UPDATE, DELETE or MERGE changes. What it reads is its Query: the target and what stands in
/// FROM or USING as the query's items, RETURNING as its target list, the condition as its WHERE.
struct Modify {
    enum class Kind { insert, update, delete_rows, merge };
    Kind kind = Kind::insert;
    Node* node = nullptr;
    FromItem* target = nullptr;
    FromItem* excluded = nullptr;  // of ON CONFLICT DO UPDATE
    Query* source = nullptr;       // of INSERT: VALUES or SELECT
    std::optional<ChangedView>
        through;           // where the target is a view of a table that is treated, or for facts
    std::string obstacle;  // for facts: why the view that is the target has no `through`
    std::vector<Assignment> assignments;
    std::vector<const Column*> conflict_columns;  // named by ON CONFLICT
    bool returns = false;                         // RETURNING
    bool on_conflict = false;
    bool skips_rows = false;  // ON CONFLICT may leave a row out: DO NOTHING, or DO UPDATE ... WHERE
    bool inserts = false;
    bool updates = false;
    bool deletes = false;
    std::vector<Node**> loud;   // operands of the condition's AND that could tell of rows that a filter hides
    std::set<const void*> raw;  // references that name a column of an index and read no row
    /// The condition: WHERE, ON of MERGE, WHERE of ON CONFLICT DO UPDATE.
    Node** condition = nullptr;
};

}  // namespace sql::resolve
