#pragma once

#include "sql/catalog.hpp"

namespace sql::edits {

/// Whether values of a type can be compared with each other. PostgreSQL finds that out on the first two
/// arrays or rows that it compares, and fails only then.
enum class Equality { has, none, none_in_array };

/// What a domain is made of in the end; any other type itself.
[[nodiscard]] Oid base_type(Oid type, const Catalog& catalog);
[[nodiscard]] Equality equality_of(Oid type, const Catalog& catalog);
/// Comparing two values never fails: neither in an array nor in a row of a composite type.
[[nodiscard]] bool compares_without_failing(Oid type, const Catalog& catalog);

}  // namespace sql::edits
