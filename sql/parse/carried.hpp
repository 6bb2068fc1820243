#pragma once

struct Node;

namespace sql::parse {

/// The statement that a wrapper carries: the query of DECLARE, PREPARE, EXPLAIN, COPY (query) TO, CREATE
/// TABLE AS and CREATE VIEW. nullptr for a statement that carries none.
[[nodiscard]] Node* carried_by(const Node* statement);

/// What stands innermost in a statement that may carry another (EXPLAIN of DECLARE of a query): the statement
/// itself when it carries none. Wrappers nest at most three deep in the grammar.
[[nodiscard]] Node* innermost(Node* statement);

}  // namespace sql::parse
