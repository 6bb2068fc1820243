#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gateway/enforcement/planner.hpp"

namespace gateway::enforcement {

/// How one column of a table reaches the client.
struct ColumnExplained {
    std::string name;
    std::string shown;  // "as it is", "stripped", or the mask: "keep_last 4"
    bool searchable = false;
    std::string rule;  // payments.yaml:20
};

struct TableExplained {
    std::string name;
    std::string rule;
    std::optional<std::string> row_filter;
    std::string row_filter_rule;
    std::vector<ColumnExplained> columns;  // empty: open
};

struct StatementExplained {
    sql::StatementKind kind = sql::StatementKind::other;
    std::vector<std::string> rules;
    std::vector<TableExplained> tables;
    std::string sql;  // what the database gets
    std::vector<sql::HiddenColumn> keys;
    int searched_values = 0;
    std::optional<int> min_group;
    std::vector<std::string> compared_masks;
    std::vector<std::string> stored_masks;
    int groups_left_out_below = 0;
};

/// What becomes of a text, as the Enforcer decides it: nothing here decides anything.
struct Explained {
    std::optional<Refusal> refusal;
    std::vector<StatementExplained> statements;
};

[[nodiscard]] Explained explain(Planner& planner, std::string_view text, const PlanContext& context);

}  // namespace gateway::enforcement
