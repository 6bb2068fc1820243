#pragma once

struct Node;
struct TypeName;

namespace sql::parse {

class TreeMemory;

/// The statement that a wrapper carries: the query of DECLARE, PREPARE, EXPLAIN, COPY (query) TO, CREATE
/// TABLE AS and CREATE VIEW. nullptr for a statement that carries none.
[[nodiscard]] Node* carried_by(const Node* statement);

/// What stands innermost in a statement that may carry another (EXPLAIN of DECLARE of a query): the statement
/// itself when it carries none. Wrappers nest at most three deep in the grammar.
[[nodiscard]] Node* innermost(Node* statement);

/// The SELECT, INSERT, UPDATE, DELETE or MERGE in whose place names are looked up: the statement itself, or
/// what it carries innermost. Of EXECUTE and CALL, also under EXPLAIN, a made-up SELECT whose target list
/// shares the nodes of the arguments, or of the call; of CREATE TABLE those of types and defaults; of CREATE
/// INDEX those of its expressions, FROM its table. nullptr: a statement of another kind.
[[nodiscard]] Node* query_of(TreeMemory& memory, Node* statement);

/// SERIAL and its kind: no types, but words of CREATE TABLE.
[[nodiscard]] bool is_serial(const TypeName* type);

}  // namespace sql::parse
