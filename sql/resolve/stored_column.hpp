#pragma once

#include "sql/resolve/model.hpp"

namespace sql::resolve {

/// The column of a table or view that column `index` of `item` shows as it is, also through joins,
/// sub-queries in FROM and set operations (of these, of one side). nullptr: it is another value.
[[nodiscard]] const Column* stored_column(const FromItem& item, int index);
/// ... output `output` of `query`.
[[nodiscard]] const Column* stored_column(const Query& query, int output);

}  // namespace sql::resolve
