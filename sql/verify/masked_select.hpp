#pragma once

#include "sql/catalog.hpp"
#include "sql/errors.hpp"
#include "sql/parse/tree_memory.hpp"
#include "sql/treatment.hpp"

struct RangeVar;
struct SelectStmt;

namespace sql::verify {

/// The one relation that a SELECT reads, maybe a sample of it; nullptr when it reads more or something else.
[[nodiscard]] const RangeVar* read_relation(const SelectStmt* select);

/// A SELECT from `relation` alone shows only what `treated` allows: open columns under their own names,
/// masked ones by exactly their mask, stripped ones as NULL, keys of counted subjects as __tabir_k..., and
/// comparisons of searchable columns with constants as __tabir_m.... Its names are pinned (sql/pins.hpp), its
/// WHERE is exactly the pin and the row filter, and nothing else is in it but OFFSET 0. All of that is worked
/// out anew from the treatment, not taken from the rewriter. Only where nothing runs (EXPLAIN) may the pin be
/// missing.
[[nodiscard]] Result<void> check_masked_select(parse::TreeMemory& memory, const Catalog& catalog,
                                               const Relation& relation, const RelationTreatment& treated,
                                               const Treatment& treatment, SelectStmt* select, bool runs);

}  // namespace sql::verify
