#pragma once

#include "sql/errors.hpp"
#include "sql/treatment.hpp"

struct Node;

namespace sql::verify {

/// What stands around the query that `statement` carries is harmless: a cursor, a prepared statement, COPY to
/// the client alone, and EXPLAIN that neither runs a query over relations with a treatment nor tells the
/// planner's estimates of them. Everything else is refused: statements that carry no query, too.
[[nodiscard]] Result<void> check_wrapper(const Node* statement, const Treatment& treatment);

}  // namespace sql::verify
