#pragma once

#include <functional>
#include <vector>

#include "sql/edits/and_conditions.hpp"

namespace sql::edits {

/// The factors of each product in an expression's tokens, if two of them or more name columns: those that do.
/// Where one of them is 0 for all but one person, a sum of products is that person's other factor. Of
/// `is_one_of_two`, an argument of covar_samp(x, y) and its like, which work with products: of any number.
/// sql/verify/factors.hpp finds the same in a tree, in the same order.
[[nodiscard]] std::vector<TokenRange> factors_in(const parse::Tokens& tokens, TokenRange expression,
                                                 const std::function<bool(TokenRange)>& names_columns,
                                                 bool is_one_of_two);

/// What commas part in the tokens, brackets aside.
[[nodiscard]] std::vector<TokenRange> arguments_in(const parse::Tokens& tokens, TokenRange list);

}  // namespace sql::edits
