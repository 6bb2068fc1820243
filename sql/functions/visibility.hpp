#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sql {

/// Whether `name` is a function of pg_catalog such as pg_table_is_visible(oid): true when an object can be
/// named without its schema (PostgreSQL docs, "Schema Visibility Inquiry Functions").
[[nodiscard]] bool is_visibility_inquiry(std::string_view name);

/// A SELECT of the oids that the visibility inquiry `name` calls visible under `search_path` ("$user" already
/// replaced; pg_catalog is implied first). Of objects of one name, and of one kind of arguments, only that of
/// the first schema is visible. Every name in it is qualified.
[[nodiscard]] std::string visible_objects(std::string_view name, std::span<const std::string> search_path);

}  // namespace sql
