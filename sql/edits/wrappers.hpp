#pragma once

#include "sql/edits/rewriter.hpp"
#include "sql/parse/parse_tree.hpp"

struct Node;

namespace sql::edits {

/// Whether the rows that a statement answers with are those of the query that it carries, now or later: of a
/// cursor, a prepared statement, a COPY. Only these carry keys; EXPLAIN shows a plan.
[[nodiscard]] bool shows_rows_of_its_query(const Node* statement);

/// Changes what stands around a rewritten query, in the tree `meant` and in `edits` alike: a cursor that
/// would scroll over the client's query scrolls over ours, EXPLAIN tells no estimates, a prepared statement
/// gets the parameter types that `rewriter` asks for. Only what is allowed around a query passes.
[[nodiscard]] Result<void> adapt_wrapper(const parse::Statement& statement, Node* meant,
                                         const parse::Tokens& tokens, Shared& shared, Rewriter& rewriter);

}  // namespace sql::edits
