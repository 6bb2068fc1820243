#pragma once

#include "sql/catalog.hpp"

#include "sql/parse/pg_nodes.hpp"

/// Expressions that reveal nothing of a row below a row filter, however early PostgreSQL evaluates them: they
/// answer for every value, and put none into an error (checked in PostgreSQL's sources).
namespace sql::resolve {

/// It gives way to any other one (pg_collation.dat).
inline constexpr Oid default_collation = 100;

/// A built-in type whose =, <>, <, >, <=, >= are so, and of which every value has a text.
[[nodiscard]] bool is_quiet_type(Oid type);
/// Comparisons of quiet types, and LIKE with a plain pattern. Says nothing of the operands.
[[nodiscard]] bool is_quiet_operator(const A_Expr* expr);
[[nodiscard]] bool is_pattern_match(const A_Expr* expr);
/// Total functions over texts (varlena.c, oracle_compat.c, formatting.c).
[[nodiscard]] bool is_quiet_function(const FuncCall* call);
/// Constants of such a type, or arrays of them, make no value become another type in which it fails.
[[nodiscard]] bool is_quiet_constant_type(const TypeName* type);
/// The type by its oid; 0: not one of those, or with a length.
[[nodiscard]] Oid quiet_constant_type(const TypeName* type);
[[nodiscard]] bool is_cast_to_text(const TypeCast* cast);

}  // namespace sql::resolve
