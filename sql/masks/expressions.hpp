#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/errors.hpp"
#include "sql/masks/column_type.hpp"
#include "sql/treatment.hpp"

namespace sql::masks {

// Each takes `text`, an expression of type text, and yields NULL for NULL without asking: the last branch of
// every CASE is strict in it.

/// '***' and the last `count` characters; only '***' when these would be half of the value or more.
[[nodiscard]] std::string keep_last(std::string_view text, int count);
[[nodiscard]] std::string keep_first(std::string_view text, int count);
/// The first letter, then the domain: s***@example.com; no letter if it is the only one; '***' when there is
/// no @.
[[nodiscard]] std::string email(std::string_view text);
/// The first letter of each of the first three words: S. W.
[[nodiscard]] std::string initials(std::string_view text);

/// A date or time cut to `unit`, or a number cut to a multiple of it.
[[nodiscard]] Result<std::string> truncated(const ColumnType& type, std::string_view reference,
                                            std::string_view unit);

/// `document`, an expression of type jsonb, with masks in place of what stands at the paths. A value that is
/// an object there becomes null, and so does an array within an array, where a path does not lead on.
[[nodiscard]] Result<std::string> masked_document(const std::string& document,
                                                  const std::vector<mask::Path>& paths,
                                                  const Catalog& catalog);

/// What stands for every value of a family; nullopt where only NULL can (a number or date would be a lie).
[[nodiscard]] std::optional<std::string_view> redacted_constant(Family family);

/// A literal of the column's type, where its form can be checked without the database.
[[nodiscard]] Result<std::string> checked_constant(const ColumnType& type, std::string_view value);

}  // namespace sql::masks
