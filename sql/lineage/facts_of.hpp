#pragma once

#include "sql/analyze.hpp"
#include "sql/parse/parse_tree.hpp"

namespace sql::lineage {

/// What one statement touches. A SELECT, also one that another statement carries, is resolved against
/// `catalog`; of other kinds only the kind, and of settings and savepoints their names, are told. Offsets of
/// errors are bytes of the client's text.
[[nodiscard]] Result<Facts> facts_of(const parse::Statement& statement, parse::TreeMemory& memory,
                                     const Catalog& catalog, const NameContext& names);

/// What is known of a statement without resolving any name.
[[nodiscard]] Facts facts_of_kind(const Node* statement);

}  // namespace sql::lineage
