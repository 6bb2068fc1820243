#pragma once

#include "sql/analyze.hpp"

struct RangeVar;

namespace sql::resolve {

/// The relation that a name outside of any query means (COPY, LOCK): pg_catalog first, then the search path.
/// Errors carry the name's place.
[[nodiscard]] Result<const Relation*> relation_named(const RangeVar* name, const Catalog& catalog,
                                                     const NameContext& names);

}  // namespace sql::resolve
