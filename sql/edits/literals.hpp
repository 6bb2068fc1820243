#pragma once

struct Node;
struct A_Const;

namespace sql::edits {

/// nullptr: `node` is no literal.
[[nodiscard]] const A_Const* literal(const Node* node);
/// What a literal of text says. nullptr: `node` is none.
[[nodiscard]] const char* literal_text(const Node* node);

}  // namespace sql::edits
