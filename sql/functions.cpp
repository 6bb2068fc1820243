#include "sql/functions.hpp"

#include <algorithm>

#include "sql/functions/tables.hpp"

namespace sql {
namespace {

bool contains(std::span<const std::string_view> sorted, std::string_view name) {
    return std::ranges::binary_search(sorted, name);
}

}  // namespace

bool is_safe_builtin(std::string_view name) {
    if (contains(functions::describing(), name)) return true;
    return std::ranges::any_of(functions::computing(), [&](auto topic) { return contains(topic, name); });
}

bool is_schema_description(std::string_view schema, std::string_view name) {
    if (schema == "pg_catalog") return contains(functions::pg_catalog_relations(), name);
    return schema == "information_schema" && contains(functions::information_schema_relations(), name);
}

}  // namespace sql
