#pragma once

#include <string>
#include <string_view>

#include "sql/catalog.hpp"
#include "sql/errors.hpp"
#include "sql/treatment.hpp"

namespace sql {

/// Whether `mask` makes sense on a column of this type; else (not_maskable) why not and what to write
/// instead.
[[nodiscard]] Result<void> check_mask(const Mask& mask, const Column& column, const Catalog& catalog);

/// `mask` as an SQL expression over `reference`, the column as it is spelled where the expression will stand
/// ("phone", "c"."phone"). It has the column's type, typmod and collation, save that a domain becomes its
/// base type; NULL stays NULL. Only immutable built-ins, all qualified, no regular expressions: the text is
/// stable, so an owner's index on it is used. Errors: not_maskable, and undefined_object for a type that the
/// catalog lacks.
[[nodiscard]] Result<std::string> mask_expression(const Mask& mask, const Column& column,
                                                  std::string_view reference, const Catalog& catalog);

/// Whether the mask tells a NULL from other values.
[[nodiscard]] bool shows_nulls(const Mask& mask, const Column& column, const Catalog& catalog);

/// The column's type as SQL text with its typmod: "pg_catalog"."varchar"(20). A domain is its base type.
[[nodiscard]] Result<std::string> type_text(const Column& column, const Catalog& catalog);

}  // namespace sql
