#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "sql/parse/tokens.hpp"

namespace sql::edits {

/// Where one item of a FROM clause stands, as token indices.
struct FromPlace {
    std::size_t begin = 0;      // LATERAL, ONLY and brackets included
    std::size_t body_end = 0;   // behind the item itself, in front of AS or its alias
    std::size_t alias_end = 0;  // behind the alias and its list of columns; equal to body_end without one
    std::size_t end = 0;        // behind TABLESAMPLE, too
    // A join; with an alias its brackets are [begin] and [body_end - 1].
    std::unique_ptr<FromPlace> left;
    std::unique_ptr<FromPlace> right;
    std::size_t natural = 0;    // NATURAL of a join; 0: none
    std::size_t using_end = 0;  // behind the list of USING; 0: none
};

/// The items behind the FROM at `from`, as PostgreSQL's grammar joins them. Empty when the tokens are not
/// what was expected: what was made of them would not pass the comparison of trees either.
[[nodiscard]] std::vector<FromPlace> from_places(const parse::Tokens& tokens, std::size_t from);

}  // namespace sql::edits
