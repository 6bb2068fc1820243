#include "policies/policy_set.hpp"

#include <algorithm>

namespace policies {

std::string RuleId::text() const { return file + ':' + std::to_string(line); }

bool TableRule::has_paths(std::string_view column) const {
    return std::ranges::find(paths, column, &PathRule::column) != paths.end();
}

bool Role::may_read(std::string_view table) const {
    return std::ranges::any_of(tables, [&](const auto& granted) { return granted.first == table; });
}

namespace {

const ColumnRule* rule_named(const TableRule& table, std::string_view column) {
    const auto found = std::ranges::find(table.columns, column, &ColumnRule::column);
    return found == table.columns.end() ? nullptr : &*found;
}

bool holds_classes(const TableRule& table) {
    return !table.paths.empty() || std::ranges::any_of(table.columns, [](const ColumnRule& column) {
        return column.clazz.has_value();
    });
}

}  // namespace

const ColumnRule* rule_for(const TableRule& table, std::string_view column) {
    const ColumnRule* named = rule_named(table, column);
    return named != nullptr ? named : rule_named(table, "*");
}

std::optional<std::string> class_of(const PolicySet& policy, const TableRule& table,
                                    const sql::Relation& relation, const sql::Column& column) {
    if (table.open) return std::nullopt;
    const ColumnRule* rule = rule_for(table, column.name);
    if (rule != nullptr && rule->clazz) return rule->clazz;
    if (rule != nullptr && rule->column == column.name) return std::nullopt;
    // A generated column may be computed from one that has a class: it is open only where it is listed by
    // name, or is made of open columns alone.
    const auto is_open = [&](sql::AttributeNumber number) {
        const sql::Column* base = relation.column(number);
        return base != nullptr && !table.has_paths(base->name) && !class_of(policy, table, relation, *base);
    };
    const auto& from = column.generated_from;
    const bool derived =
        column.generated && holds_classes(table) && (from.empty() || !std::ranges::all_of(from, is_open));
    const bool open = rule != nullptr || !policy.defaults.strip_unlisted_columns;
    return open && !derived ? std::nullopt : std::optional<std::string>("");
}

bool Role::sees_clear(std::string_view clazz) const {
    return std::ranges::any_of(clear, [&](const auto& shown) { return shown.first == clazz; });
}

bool Role::may_run(std::string_view statement) const {
    return std::ranges::any_of(statements, [&](const auto& granted) { return granted.first == statement; });
}

bool Role::may_set(std::string_view setting) const {
    return std::ranges::any_of(settings, [&](const auto& granted) { return granted.first == setting; });
}

Role masked_role(const Role& role, const std::optional<std::set<std::string>>& classes) {
    Role masked = role;
    masked.clear.clear();
    for (const auto& shown : role.clear) {
        const bool taken = !classes || classes->contains(shown.first);
        (taken ? masked.taken : masked.clear).push_back(shown);
    }
    return masked;
}

const std::vector<std::string>& grantable_statements() {
    static const std::vector<std::string> names{"call", "explain_analyze", "listen",
                                                "lock", "notify",          "temp_tables"};
    return names;
}

const WriteRule* Role::write_rule(std::string_view table) const {
    const auto found = std::ranges::find(write, table, &WriteRule::table);
    return found == write.end() ? nullptr : &*found;
}

}  // namespace policies
