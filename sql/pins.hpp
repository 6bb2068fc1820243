#pragma once

#include <string>
#include <vector>

#include "sql/catalog.hpp"

struct Node;

namespace sql {

/// Printed text goes by names, and a server reads it anew whenever its catalog changed: then the names of a
/// prepared statement could mean other tables and columns than those that were decided. A pin holds each name
/// to what the snapshot knew by it:
/// - column aliases bind all columns before the anchor (the last one that is named) by their place;
/// - the pin's condition, evaluated when the statement runs and under the relation's lock, raises an error
///   unless the anchor's number still has the anchor's name. Numbers before it can only vanish, never appear;
///   so the aliases found the columns that they mean, or the anchor's name was not found behind them.
/// It asks pg_identify_object_as_address(), which reads the current catalog even where the snapshot of the
/// transaction is old. That takes the server about 5 us in each execution. Renaming a column before the
/// anchor does no harm at all: the text goes on to mean it.
inline constexpr const char* stale_mark = "__tabir_stale";  // in the message of the error that a pin raises

/// Raises an error, with settings_mark in its message, unless the session's settings are as sessions of the
/// database begin with them: those that say what a time means, and how values are spelled and words searched.
inline constexpr const char* settings_mark = "__tabir_settings";
struct PinnedSettings {
    bool times = false;
    bool texts = false;
};
[[nodiscard]] std::string settings_pin(const Catalog& catalog, PinnedSettings which);
/// In the message of the error that a change raises which would give a row to another person.
inline constexpr const char* moved_mark = "__tabir_moved";
/// ... of the one for a parameter by which times would leave their type's range
/// (edits/bounded_parameters.hpp).
inline constexpr const char* bounds_mark = "__tabir_bounds";

/// "schema"."name" AS "name"("a", "b"). anchor: nullptr for a relation without columns.
[[nodiscard]] std::string pinned_relation(const Relation& relation, const Column* anchor);

enum class PinKind {
    direct,    // a condition without columns: once for each scan
    init_plan  // a sub-query of its own: once for each execution, however often the scan is repeated
};
[[nodiscard]] std::string pin_condition(const Relation& relation, const Column* anchor, PinKind kind);

/// The same for a relation of which nothing is hidden: only that the name still means this relation, folded
/// to TRUE when the statement is planned.
[[nodiscard]] std::string open_pin(const Relation& relation);
/// False for the server's own relations: their names stay.
[[nodiscard]] bool can_be_renamed(const Relation& relation);

/// The columns of `relation` whose names occur in a column reference anywhere below `tree`.
[[nodiscard]] std::vector<const Column*> named_columns(const Relation& relation, const Node* tree);

/// The last column of `relation` whose name occurs in a column reference anywhere below `tree`, else the
/// first; nullptr for a relation without columns.
[[nodiscard]] const Column* last_named(const Relation& relation, const Node* tree);

}  // namespace sql
