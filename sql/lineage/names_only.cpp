#include "sql/lineage/names_only.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "sql/functions.hpp"

namespace sql::lineage {
namespace {

/// Of what is refused for one column, the column: passwords of subscriptions, where sequences stand, and what
/// is set for roles.
constexpr std::array secret_columns{
    std::pair<std::string_view, std::string_view>{"pg_db_role_setting", "setconfig"},
    std::pair<std::string_view, std::string_view>{"pg_sequences", "last_value"},
    std::pair<std::string_view, std::string_view>{"pg_subscription", "subconninfo"}};

/// Counters of statistics and secret columns. `secret` is of the column's relation.
bool is_why_refused(std::string_view secret, const std::string& column) {
    return secret.empty() ? !names_what_is_counted(column) : column == secret;
}

}  // namespace

// Sequelize looks up the names of tables among statistics, pg_dump counts subscriptions.
bool reads_names_only(const resolve::FromItem& item) {
    const Relation& relation = *item.relation;
    if (!is_system_schema(relation.schema) || item.whole_row >= 0) return false;
    std::string_view secret;
    for (const auto& [name, column] : secret_columns) {
        if (relation.schema == "pg_catalog" && relation.name == name) secret = column;
    }
    if (secret.empty() && danger_of_relation(relation.schema, relation.name) != Danger::statistics)
        return false;
    return std::ranges::none_of(item.columns, [&](const resolve::ItemColumn& column) {
        return column.referenced && column.attribute != nullptr &&
               is_why_refused(secret, column.attribute->name);
    });
}

}  // namespace sql::lineage
