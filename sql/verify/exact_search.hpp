#pragma once

#include <functional>

#include "sql/catalog.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::verify {

/// The column that a name means, if it may be searched; else nullptr.
using SearchedColumn = std::function<const Column*(const ColumnRef*)>;

/// column = constant, constant = column, column IN (constants), column = ANY (constant), and LIKE and ILIKE
/// without wildcards; the column by itself, or as lower() and its kind, or a cast to text, fold it.
[[nodiscard]] bool is_exact_search(const Node* node, const Catalog& catalog, const SearchedColumn& searched);

}  // namespace sql::verify
