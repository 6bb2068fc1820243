#pragma once

#include "sql/analyze.hpp"

struct RangeVar;

namespace sql::resolve {

/// The relation that a name without a schema means: temporary tables come first, as in PostgreSQL, unless the
/// path says where; then pg_catalog, then the path. nullptr: none.
[[nodiscard]] const Relation* find_unqualified(std::string_view name, const Catalog& catalog,
                                               const NameContext& names);

/// The relation that a name outside of any query means (COPY, LOCK). Errors carry the name's place.
[[nodiscard]] Result<const Relation*> relation_named(const RangeVar* name, const Catalog& catalog,
                                                     const NameContext& names);

}  // namespace sql::resolve
