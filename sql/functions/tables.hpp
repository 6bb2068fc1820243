#pragma once

#include <span>
#include <string_view>

namespace sql::functions {

// Each list is sorted.

/// Functions of pg_catalog that only compute, by topic.
[[nodiscard]] std::span<const std::span<const std::string_view>> computing();
/// Functions of pg_catalog that tell about the schema, privileges and the session itself.
[[nodiscard]] std::span<const std::string_view> describing();
[[nodiscard]] std::span<const std::string_view> pg_catalog_relations();
[[nodiscard]] std::span<const std::string_view> information_schema_relations();

}  // namespace sql::functions
