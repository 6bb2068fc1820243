#pragma once

#include <string>
#include <vector>

#include "policies/load/node.hpp"
#include "policies/policy_set.hpp"
#include "sql/catalog.hpp"

namespace policies::bind {

[[nodiscard]] inline std::string name_of(const sql::Relation& relation) {
    return relation.schema + '.' + relation.name;
}
[[nodiscard]] inline load::Position position_of(const RuleId& rule) { return {rule.line, rule.column}; }

/// pg_catalog and its kind: the server's own, which a policy cannot open.
[[nodiscard]] bool is_system_schema(const std::string& schema);

/// Holds rows that a SELECT can name: tables, views and their kinds.
[[nodiscard]] bool holds_rows(sql::RelationKind kind);

/// "schema.name" of everything that a policy can list, for suggestions.
[[nodiscard]] std::vector<std::string> listable_names(const sql::Catalog& catalog);

[[nodiscard]] std::vector<std::string> column_names(const sql::Relation& relation);

}  // namespace policies::bind
