#pragma once

#include <span>
#include <string_view>

#include "sql/functions.hpp"

namespace sql::functions {

// Each list is sorted.

/// Functions of pg_catalog that only compute, by topic.
[[nodiscard]] std::span<const std::span<const std::string_view>> computing();
/// What operators, casts and indexes of pg_catalog compute with.
[[nodiscard]] std::span<const std::span<const std::string_view>> operating();
/// Functions of extensions that only compute.
[[nodiscard]] std::span<const std::string_view> computing_in_extensions();
/// Functions of pg_catalog that tell about the schema, privileges and the session itself.
[[nodiscard]] std::span<const std::string_view> describing();
/// Functions of information_schema: all of them read numbers out of catalog columns (JDBC calls them).
[[nodiscard]] std::span<const std::string_view> information_schema_functions();
/// Functions of pg_catalog that no client needs.
[[nodiscard]] std::span<const std::string_view> internal_parts();
[[nodiscard]] std::span<const std::string_view> pg_catalog_relations();
[[nodiscard]] std::span<const std::string_view> information_schema_relations();

struct RefusedNames {
    Danger why;
    std::span<const std::string_view> names;
};
[[nodiscard]] std::span<const RefusedNames> refused_functions();
[[nodiscard]] std::span<const RefusedNames> refused_pg_catalog_relations();
[[nodiscard]] std::span<const RefusedNames> refused_information_schema_relations();

}  // namespace sql::functions
