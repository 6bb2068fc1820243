#pragma once

#include <string_view>

struct A_Const;
struct A_Expr;
struct Node;

namespace sql::parse {

/// nullptr: `node` is no literal.
[[nodiscard]] const A_Const* literal(const Node* node);
/// What a literal of text says. nullptr: `node` is none.
[[nodiscard]] const char* literal_text(const Node* node);
/// ARRAY['a', 'b']
[[nodiscard]] bool is_array_of_literals(const Node* node);
/// nullptr: another expression than left NAME right.
[[nodiscard]] const A_Expr* as_operator(const Node* node, std::string_view name);

}  // namespace sql::parse
