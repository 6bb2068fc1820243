#pragma once

#include <string>

namespace sql::edits {

/// `key` as the only element of text arrays, one in the other, as array_agg(...)::text would print it.
[[nodiscard]] std::string array_literal(std::string key, int depth);
/// The SQL expression of a text array that holds `key` alone, one in the other.
[[nodiscard]] std::string array_expression(std::string key, int depth);

}  // namespace sql::edits
