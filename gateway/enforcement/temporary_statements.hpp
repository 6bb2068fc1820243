#pragma once

#include <span>

#include "sql/facts.hpp"

namespace gateway::enforcement {

/// Makes or drops temporary tables when it is run.
[[nodiscard]] bool changes_temporary(const sql::Facts& facts);

/// What it reads may be stored in a temporary table.
[[nodiscard]] bool fills_temporary(const sql::Facts& facts);

/// What temporary tables hold may be stored in other tables.
[[nodiscard]] bool spreads_temporary(const sql::Facts& facts);

/// Runs a prepared statement, which may fill temporary tables or spread what they hold.
[[nodiscard]] bool runs_prepared(const sql::Facts& facts);

/// Reads or changes rows of a temporary table.
[[nodiscard]] bool uses_temporary(const sql::Facts& facts);

/// What it means hangs on which temporary tables there are.
[[nodiscard]] bool hangs_on_names(const sql::Facts& facts);

/// COMMIT and ROLLBACK: what came before cannot be taken back any more, or has been.
[[nodiscard]] bool ends_transaction(const sql::Facts& facts);

/// Behind these statements of a message, all decided before the first of them runs, there may be other
/// temporary tables. `has_some`: the session has or had some before.
[[nodiscard]] bool may_change_temporary(std::span<const sql::Facts> before, bool has_some);

}  // namespace gateway::enforcement
