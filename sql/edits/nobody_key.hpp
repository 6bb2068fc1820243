#pragma once

#include <optional>
#include <string>

/// Keys of answers that show nobody: `nobody_key`, or whom the answer is about.
namespace sql::edits {

/// `key` as the only element of text arrays, one in the other, as array_agg(...)::text would print it.
[[nodiscard]] std::string array_literal(std::string key, int depth);
/// The SQL expression of a text array that holds `key` alone, one in the other.
[[nodiscard]] std::string array_expression(std::string key, int depth);

/// The text of `array`, keys of one row or of arrays of them, each in `depth` arrays; of more than
/// most_repeated_rows, as `rows` counts them, `many_key`.
[[nodiscard]] std::string unless_too_many(const std::string& rows, const std::string& array, int depth);

/// An expression of the key, or of what an answer without one costs: a person where it is known who was asked
/// about, else a miss. `number` sets misses of one statement apart; with 0 they are one.
[[nodiscard]] std::string key_or_nobody(std::string key, int depth, const std::optional<std::string>& person,
                                        int number);

/// An expression of the key, with `person` where it is nobody's: it reached the query that knows who was
/// asked about.
[[nodiscard]] std::string replaced_nobody(const std::string& key, int depth, const std::string& person);

}  // namespace sql::edits
