#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "sql/parse/parse_tree.hpp"
#include "sql/parse/tokens.hpp"

namespace sql::edits {

/// The bytes [begin, end) with one comparison said as `column = value`, which an exact search can be, and the
/// same for every value and NULL:
/// - 'x' IN (a, b): ('x' = a OR 'x' = b)
/// - (a, b) = ('x', 'y'), (a, b) IN (('x', 'y'), ...): (a = 'x' AND b = 'y')
/// - a IN (SELECT unnest(array)): (a = ANY (array) AND array IS NOT NULL)
/// - a = COALESCE(x, a): (a = x OR (x IS NULL AND a IS NOT NULL))
/// - a IS NOT DISTINCT FROM x, where it chooses rows: (a = x OR (x IS NULL AND a IS NULL))
/// - a = v.x, of (VALUES ('p'), ('q')) AS v(x): (a = 'p' AND v.x = 'p' OR a = 'q' AND v.x = 'q')
/// The last one only where a column is called as one of `searchable`. nullopt: `statement` has none of these.
[[nodiscard]] std::optional<std::string> with_plain_search(parse::TreeMemory& memory,
                                                           const parse::Tokens& tokens, std::size_t begin,
                                                           std::size_t end, Node* statement,
                                                           const std::set<std::string_view>& searchable);

}  // namespace sql::edits
