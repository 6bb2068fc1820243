#include "policies/rules/columns.hpp"

#include <algorithm>

namespace policies::rules {
namespace {

const ColumnRule* rule_named(const TableRule& table, std::string_view column) {
    const auto found = std::ranges::find(table.columns, column, &ColumnRule::column);
    return found == table.columns.end() ? nullptr : &*found;
}

bool holds_classes(const TableRule& table) {
    return std::ranges::any_of(table.columns,
                               [](const ColumnRule& column) { return column.clazz.has_value(); });
}

ColumnView view_by_class(const PolicySet& policy, const Role& role, const std::string& name,
                         const RuleId& because) {
    if (role.sees_clear(name)) return {sql::Open{}, false, because};
    const auto clazz = policy.classes.find(name);
    if (clazz == policy.classes.end() || !clazz->second.mask) return {sql::Stripped{}, false, because};
    return {sql::Masked{*clazz->second.mask}, role.search.contains(name), because};
}

std::string visible_columns(const Request& request, const TableRule& table, const sql::Relation& relation) {
    constexpr std::size_t most = 30;
    std::vector<std::string> names;
    for (const sql::Column& column : relation.columns) {
        const auto view = view_of(request.policy.policy(), request.role, table, column);
        if (!std::holds_alternative<sql::Stripped>(view.treatment)) names.push_back(column.name);
    }
    return "columns of " + name_of(relation) + " that role " + request.role.name +
           " may read: " + listed(names, most);
}

std::optional<Deny> check_use(const Request& request, const sql::ColumnUse& use) {
    const TableRule* table = request.policy.rule_of(use.relation);
    if (use.number == 0 || table == nullptr || table->open) return std::nullopt;
    const sql::Relation* relation = request.policy.catalog().relation(use.relation);
    if (relation == nullptr) return std::nullopt;  // check_relations refuses it
    const sql::Column* column = relation->column(use.number);
    RuleId because = table->rule;
    std::string what = "a system column";
    if (column != nullptr) {
        const auto view = view_of(request.policy.policy(), request.role, *table, *column);
        if (!std::holds_alternative<sql::Stripped>(view.treatment)) return std::nullopt;
        because = view.because;
        what = "column " + column->name;
    }
    return Deny{Reason::stripped_column, because,
                "role " + request.role.name + " may not read " + what + " of " + name_of(*relation) + " (" +
                    because.text() + ')',
                visible_columns(request, *table, *relation)};
}

}  // namespace

ColumnView view_of(const PolicySet& policy, const Role& role, const TableRule& table,
                   const sql::Column& column) {
    const ColumnRule* rule = rule_named(table, column.name);
    const bool by_name = rule != nullptr;
    if (!by_name) rule = rule_named(table, "*");
    if (rule != nullptr && rule->clazz) return view_by_class(policy, role, *rule->clazz, rule->rule);
    if (by_name) return {sql::Open{}, false, rule->rule};
    const RuleId& because = rule != nullptr ? rule->rule : table.rule;
    // A generated column may be computed from one that has a class: it is open only where it is listed by
    // name.
    const bool derived = column.generated && holds_classes(table);
    const bool open = rule != nullptr || !policy.defaults.strip_unlisted_columns;
    if (open && !derived) return {sql::Open{}, false, because};
    return {sql::Stripped{}, false, because};
}

std::optional<Deny> check_columns(const Request& request) {
    for (const sql::ColumnUse& use : request.facts.columns) {
        if (auto denied = check_use(request, use)) return denied;
    }
    return std::nullopt;
}

}  // namespace policies::rules
