#pragma once

struct Node;
struct TypeCast;

/// Expressions that no column is named in: which of them have their value before any row is read, or cannot
/// fail later. Whether they are reached may hang on a row.
namespace sql::edits {

/// A literal in a cast that is read before any row is.
[[nodiscard]] bool is_typed_literal(const TypeCast* cast);
/// Times near today's: date_trunc('month', now()) - interval '1 month', date '2024-01-01' + 30.
[[nodiscard]] bool is_known_time(const Node* node);
/// Arithmetic of literals by immutable functions: PostgreSQL works it out, or fails, when it plans.
[[nodiscard]] bool is_reckoned_first(const Node* node);
/// A pattern that ends in its escape character fails on the values that fit what stands before.
[[nodiscard]] bool is_whole_pattern(const Node* node);

}  // namespace sql::edits
