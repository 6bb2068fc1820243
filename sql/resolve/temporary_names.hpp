#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sql/analyze.hpp"

struct DropStmt;
struct List;
struct Node;
struct RangeVar;
struct TruncateStmt;

namespace sql::resolve {

/// What the database calls the temporary tables that a DROP TABLE names. A name that nothing has is taken for
/// one of them under IF EXISTS. nullopt: it names something else, too.
[[nodiscard]] std::optional<std::vector<std::string>> temporary_dropped(const DropStmt* drop,
                                                                        const Catalog& catalog,
                                                                        const NameContext& names);
[[nodiscard]] inline bool drops_temporary(const DropStmt* drop, const Catalog& catalog,
                                          const NameContext& names) {
    return temporary_dropped(drop, catalog, names).has_value();
}

/// The tables whose form or statistics CREATE INDEX, ALTER TABLE and ANALYZE are about; empty for every other
/// statement.
[[nodiscard]] std::vector<RangeVar*> altered_by(const Node* statement);

/// All of these are temporary ones of the session's own, and there are some.
[[nodiscard]] bool are_temporary(const std::vector<RangeVar*>& altered, const Catalog& catalog,
                                 const NameContext& names);

/// Every table of a TRUNCATE is a temporary one.
[[nodiscard]] bool truncates_temporary(const TruncateStmt* truncate, const Catalog& catalog,
                                       const NameContext& names);

}  // namespace sql::resolve
