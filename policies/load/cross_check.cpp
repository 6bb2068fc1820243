#include <algorithm>

#include "policies/load/sections.hpp"
#include "policies/load/suggest.hpp"
#include "policies/load/values.hpp"

namespace policies::load {
namespace {

Position place_of_rule(const RuleId& rule) { return {rule.line, rule.column}; }

/// What a derived rule holds is known only with its database.
bool has_class(const TableRule& table, const std::string& clazz) {
    return table.derived || std::ranges::any_of(table.columns, [&](const ColumnRule& column) {
               return column.clazz == clazz;
           });
}

/// Words of the policy that roles refer to, for the messages on words that are not among them.
struct Known {
    std::vector<std::string> tables;
    std::vector<std::string> classes;
};

void check_tables(const PolicySet& policy, const Role& role, const Known& known, Findings& findings) {
    for (const auto& [name, rule] : role.tables) {
        if (policy.tables.contains(name)) continue;
        if (!policy.defaults.deny_unlisted_tables && name.find('.') != std::string::npos) continue;
        findings.add(place_of_rule(rule), "role " + role.name + " names table " + in_quotes(name) +
                                              ", which is not in 'tables'" + advice(name, known.tables));
    }
    for (const WriteRule& write : role.write) {
        if (policy.tables.contains(write.table) || !policy.defaults.deny_unlisted_tables) continue;
        findings.add(place_of_rule(write.rule), "role " + role.name + " writes table " +
                                                    in_quotes(write.table) + ", which is not in 'tables'" +
                                                    advice(write.table, known.tables));
    }
    for (const auto& [name, filter] : role.rows) {
        if (role.may_read(name)) continue;
        std::vector<std::string> granted;
        for (const auto& [table, rule] : role.tables)
            granted.push_back(table);
        findings.add(place_of_rule(filter.second), "rows names " + in_quotes(name) +
                                                       ", which is not among the role's tables" +
                                                       advice(name, granted));
    }
}

/// Whether the role would see a value of `table`, in clear or masked.
bool sees_something(const PolicySet& policy, const Role& role, const TableRule& table) {
    if (table.open || table.derived || !policy.defaults.strip_unlisted_columns) return true;
    return std::ranges::any_of(table.columns, [&](const ColumnRule& column) {
        if (!column.clazz) return true;
        const auto clazz = policy.classes.find(*column.clazz);
        return clazz == policy.classes.end() || clazz->second.mask || role.sees_clear(*column.clazz);
    });
}

void check_purpose(const PolicySet& policy, const Role& role, Findings& findings) {
    if (role.tables.empty()) return;  // reported where the role was read
    const bool blind = std::ranges::none_of(role.tables, [&](const auto& granted) {
        const auto table = policy.tables.find(granted.first);
        return table == policy.tables.end() || sees_something(policy, role, table->second);
    });
    if (blind) {
        findings.add(place_of_rule(role.rule), "role " + role.name +
                                                   " can see nothing: every column of its tables is "
                                                   "stripped; open a column, or add a class to 'clear'");
    }
}

void check_search(const PolicySet& policy, const Role& role, const Known& known, Findings& findings) {
    for (const auto& [name, rule] : role.search) {
        const Position at = place_of_rule(rule);
        const auto clazz = policy.classes.find(name);
        if (clazz == policy.classes.end()) {
            findings.add_unknown(at, "class", name, known.classes);
        } else if (role.sees_clear(name)) {
            findings.add(at, "role " + role.name + " sees class " + name +
                                 " in clear and can compare it anyway; remove it from 'search'");
        } else if (!clazz->second.mask) {
            findings.add(at, "class " + name +
                                 " is stripped, so there is no column to search; give it a mask, or "
                                 "remove it from 'search'");
        } else if (std::ranges::none_of(role.tables, [&](const auto& granted) {
                       const auto table = policy.tables.find(granted.first);
                       return table != policy.tables.end() && has_class(table->second, name);
                   })) {
            findings.add(at, "no table of role " + role.name + " has a column of class " + name +
                                 "; remove it from 'search'");
        }
    }
}

}  // namespace

void cross_check(const PolicySet& policy, Findings& findings) {
    const Known known{keys_of(policy.tables), keys_of(policy.classes)};
    for (const auto& [name, role] : policy.roles) {
        if (role.unrestricted) continue;
        check_tables(policy, role, known, findings);
        check_purpose(policy, role, findings);
        for (const auto& [clazz, rule] : role.clear) {
            if (!policy.classes.contains(clazz))
                findings.add_unknown(place_of_rule(rule), "class", clazz, known.classes);
        }
        check_search(policy, role, known, findings);
    }
    check_all_budgets(policy, findings);
    check_detectors(policy, findings);
}

}  // namespace policies::load
