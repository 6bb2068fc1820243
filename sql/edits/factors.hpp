#pragma once

#include <vector>

#include "sql/edits/and_conditions.hpp"
#include "sql/errors.hpp"

namespace sql::edits {

/// The factors of each product in an expression's tokens, if two of them or more name columns: those that do.
/// Where one of them is 0 for all but one person, a sum of products is that person's other factor. Where
/// `multiplies`, as in covar_samp(x, y) and variance(x + y), which work with products: of any number. Behind
/// a factor that is a sum come its columns: x * (y + 1) is x * y and x. `columns` are the tokens of those
/// that the expression names. sql/verify/factors.hpp finds the same in a tree, in the same order. Errors with
/// not_aggregated for a sum within a call or a cast of a factor.
[[nodiscard]] Result<std::vector<TokenRange>> factors_in(const parse::Tokens& tokens, TokenRange expression,
                                                         const std::vector<TokenRange>& columns,
                                                         bool multiplies);

/// What commas part in the tokens, brackets aside.
[[nodiscard]] std::vector<TokenRange> arguments_in(const parse::Tokens& tokens, TokenRange list);

}  // namespace sql::edits
