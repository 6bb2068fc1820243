#include "policies/bind/names.hpp"

#include <algorithm>

namespace policies::bind {

bool is_system_schema(const std::string& schema) {
    return schema == "information_schema" || schema.starts_with("pg_");
}

bool holds_rows(sql::RelationKind kind) {
    switch (kind) {
        case sql::RelationKind::table:
        case sql::RelationKind::partitioned_table:
        case sql::RelationKind::view:
        case sql::RelationKind::materialized_view:
        case sql::RelationKind::foreign_table: return true;
        case sql::RelationKind::sequence:
        case sql::RelationKind::index:
        case sql::RelationKind::partitioned_index:
        case sql::RelationKind::toast_table:
        case sql::RelationKind::composite_type: return false;
    }
    return false;
}

std::vector<std::string> listable_names(const sql::Catalog& catalog) {
    std::vector<std::string> names;
    for (const auto& [oid, relation] : catalog.relations()) {
        if (holds_rows(relation.kind) && !is_system_schema(relation.schema))
            names.push_back(name_of(relation));
    }
    std::ranges::sort(names);
    return names;
}

std::vector<std::string> column_names(const sql::Relation& relation) {
    std::vector<std::string> names;
    for (const sql::Column& column : relation.columns)
        names.push_back(column.name);
    return names;
}

}  // namespace policies::bind
