#pragma once

struct Node;

namespace sql {

/// A key of groups by person that no expression chooses: a column, or a part of one, as a month. Whoever has
/// rows on both sides of another one would be told by the number of rows.
[[nodiscard]] bool is_plain_key(const Node* key);

}  // namespace sql
