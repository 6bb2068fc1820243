#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "sql/parse/tokens.hpp"

struct SelectStmt;

namespace sql::edits {

/// A UNION, INTERSECT or EXCEPT whose rows OFFSET skips.
[[nodiscard]] bool is_paged_union(const SelectStmt* query);

/// The statement's bytes [begin, end) with such a `query` as a sub-select of a query that orders and skips
/// its rows: there is a place for the keys of the skipped ones. nullopt: its parts were not found.
[[nodiscard]] std::optional<std::string> with_paging_outside(const parse::Tokens& tokens, std::size_t begin,
                                                             std::size_t end, const SelectStmt* query);

}  // namespace sql::edits
