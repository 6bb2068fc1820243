#pragma once

#include "sql/analyze.hpp"
#include "sql/parse/parse_tree.hpp"

namespace sql::lineage {

/// What one statement touches. A SELECT, also one that another statement carries, is resolved against
/// `catalog`; of other kinds only the kind, and of settings and savepoints their names, are told. Offsets of
/// errors are bytes of the client's text.
[[nodiscard]] Result<Facts> facts_of(const parse::Statement& statement, parse::TreeMemory& memory,
                                     const Catalog& catalog, const NameContext& names);

/// What a statement writes for a reader who sees what it reads under `treatment`: where stripped columns do
/// not exist, `*` and lists of aliases give others to what stands behind them. As Facts::writes.
[[nodiscard]] Result<std::vector<WriteUse>> writes_under(const parse::Statement& statement,
                                                         parse::TreeMemory& memory, const Catalog& catalog,
                                                         const NameContext& names,
                                                         const Treatment& treatment);

/// What is known of a statement without resolving any name.
[[nodiscard]] Facts facts_of_kind(const Node* statement);

}  // namespace sql::lineage
