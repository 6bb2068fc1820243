#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sql/catalog.hpp"
#include "sql/parse/tokens.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {

/// A value in brackets, of the type that a query of it has.
struct Constant {
    std::string text;
    bool plain = false;  // a literal that is no text: by itself it would be a place among keys of groups
};

/// The values of a SELECT of one row that reads no table. nullopt: not each is worked out of constants by
/// PostgreSQL's own functions, or gives the same value each time.
[[nodiscard]] std::optional<std::vector<Constant>> constants_of(const parse::Tokens& tokens,
                                                                const SelectStmt* row,
                                                                const Catalog& catalog);

/// The statement [begin, end) of `tokens`, in which (SELECT constant) and IN (VALUES (constant), ...) are
/// said without a query. nullopt: there are none.
[[nodiscard]] std::optional<std::string> with_constants_in_place(const parse::Tokens& tokens,
                                                                 std::size_t begin, std::size_t end,
                                                                 const SelectStmt* query,
                                                                 const Catalog& catalog);

}  // namespace sql::edits
