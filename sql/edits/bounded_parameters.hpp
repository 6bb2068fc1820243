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
/// $1::interval, $1::date + 1) in bounds: LEAST(GREATEST($1::interval, '-900 years'), '900 years'). Within
/// them the sum is what it was, and no value of the parameter makes it fail. nullopt: there is none.
[[nodiscard]] std::optional<std::string> with_bounded_parameter(const parse::Tokens& tokens,
                                                                std::size_t begin, std::size_t end,
                                                                const SelectStmt* query);

/// What with_bounded_parameter() makes of a parameter of this type.
[[nodiscard]] bool is_bounded(const Node* node, std::string_view type);

}  // namespace sql::edits
