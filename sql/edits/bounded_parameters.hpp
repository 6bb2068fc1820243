#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "sql/parse/tokens.hpp"

struct Node;
struct SelectStmt;

namespace sql::edits {

/// The statement [begin, end) of `tokens` with a parameter that times are reckoned with (now() -
/// $1::interval, $1::date + 1) in bounds: CASE WHEN $1 BETWEEN a AND b THEN $1 WHEN $1 IS NOT NULL THEN error
/// END. Within them the sum is what it was, and nothing fails; beyond, it fails before any row is read, where
/// the statement is planned for the parameter's value. nullopt: there is none.
[[nodiscard]] std::optional<std::string> with_bounded_parameter(const parse::Tokens& tokens,
                                                                std::size_t begin, std::size_t end,
                                                                const SelectStmt* query);

/// What with_bounded_parameter() makes of a number from -most to most, or of a time of this type.
[[nodiscard]] bool is_bounded(const Node* node, int most);
[[nodiscard]] bool is_bounded_time(const Node* node, std::string_view type);

}  // namespace sql::edits
