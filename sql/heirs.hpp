#pragma once

#include <algorithm>

#include "sql/catalog.hpp"

namespace sql {

/// Whether tables inherit from it: they have the values of its unique columns again. Partitions do not.
[[nodiscard]] inline bool has_heirs(const Relation& table, const Catalog& catalog) {
    return table.kind != RelationKind::partitioned_table &&
           std::ranges::any_of(catalog.relations(), [&](const auto& one) {
               return std::ranges::find(one.second.parents, table.oid) != one.second.parents.end();
           });
}

}  // namespace sql
