#pragma once

#include <string>

#include "sql/catalog.hpp"
#include "sql/errors.hpp"
#include "sql/treatment.hpp"

namespace sql {

/// In the message of the error that a change raises which would store a mask.
inline constexpr const char* mask_mark = "__tabir_masked";

/// Whether a value of the column holds parts that are masked by themselves, and others beside them that may
/// be changed: elements of an array, values in a document.
[[nodiscard]] bool is_masked_in_parts(const Mask& mask, const Column& column, const Catalog& catalog);

/// How often the value is worked out: a constant or parameter wherever it is compared, and whatever may have
/// another value each time once.
enum class SaidAs { same_value, one_value };

/// What to store where somebody who sees only masks of a column writes `value` over `current`, the column as
/// it is spelled there: wherever he sends back the mask that he sees, what it stands for stays. Elements of
/// arrays are told by their places. What could only be the mask of another value raises an error with
/// mask_mark in its message. `value` stands in the result once where it is said as one value, or the column
/// is masked in parts. Errors as mask_expression().
[[nodiscard]] Result<std::string> stored_value(const Mask& mask, const Column& column,
                                               const std::string& value, const std::string& current,
                                               const Catalog& catalog, SaidAs said = SaidAs::same_value);

}  // namespace sql
