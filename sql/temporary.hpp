#pragma once

#include <string>
#include <string_view>

#include "sql/catalog.hpp"
#include "sql/errors.hpp"

namespace sql {

/// A temporary table holds what the role saw when it was filled: masks are in it already, so it is read as it
/// is. The database knows it by another name than the client: PostgreSQL looks for the names in triggers,
/// functions and defaults in pg_temp, too, and no name that the client chose may be found there.
inline constexpr std::string_view temporary_schema = "pg_temp";
inline constexpr std::string_view temporary_prefix = "__tabir_t_";

/// What the database calls the table that the client calls `name`. The error: the name is too long.
[[nodiscard]] Result<std::string> stored_name_of(std::string_view name);

/// The client's name of a table that the database calls so; empty: it is none of the session's own.
[[nodiscard]] std::string_view client_name_of(std::string_view stored_name);

/// "schema"."name", as the database knows the relation.
[[nodiscard]] std::string printed_name(const Relation& relation);

}  // namespace sql
