#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sql/catalog.hpp"
#include "sql/errors.hpp"
#include "sql/treatment.hpp"

namespace sql {

/// A temporary table that was made of counted people's rows keeps their keys in last columns of its own, and
/// the classes of which it may hold values in clear. No client can name, see or write these columns: whoever
/// reads the table reads a relation whose people they are.
inline constexpr std::string_view kept_column_prefix = "__tabir_";

/// The column for the `number`-th key of a row. The error: the subject's name is too long.
[[nodiscard]] Result<std::string> kept_key_name(std::string_view subject, int array_depth,
                                                std::size_t number);
/// The column, always NULL, that says of which class values in clear may be there.
[[nodiscard]] Result<std::string> kept_class_name(std::string_view clazz);

/// One of those columns.
[[nodiscard]] bool is_kept_column(const Relation& relation, const Column& column);
/// The table has some.
[[nodiscard]] bool keeps_people(const Relation& relation);
/// How many columns the client knows: those come first.
[[nodiscard]] std::size_t client_columns(const Relation& relation);

/// `treatment`, and that of every temporary table which keeps people. nullopt: there is none.
[[nodiscard]] std::optional<Treatment> with_kept_people(const Treatment& treatment, const Catalog& catalog);

}  // namespace sql
