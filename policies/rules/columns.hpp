#pragma once

#include <optional>

#include "policies/rules/request.hpp"
#include "sql/treatment.hpp"

namespace policies::rules {

/// How a role sees one column of a table that has a rule which is not `open`.
struct ColumnView {
    sql::ColumnTreatment treatment;
    bool searchable = false;
    RuleId because;
};

[[nodiscard]] ColumnView view_of(const BoundPolicy& bound, const Role& role, const TableRule& table,
                                 const sql::Relation& relation, const sql::Column& column);

/// Whether the role sees the column's values in clear, or all those that they are generated from.
[[nodiscard]] bool sees_through(const BoundPolicy& bound, const Role& role, const TableRule& table,
                                const sql::Relation& relation, const sql::Column& column);

/// The classes with a budget of their own whose values the role sees in clear in a column.
[[nodiscard]] std::vector<std::string> budgeted_in_clear(const BoundPolicy& bound, const Role& role,
                                                         const TableRule& table,
                                                         const sql::Relation& relation,
                                                         const sql::Column& column);

/// Refuses a statement that names a column which the role's rows do not have.
[[nodiscard]] std::optional<Deny> check_columns(const Request& request);

}  // namespace policies::rules
