#include <algorithm>

#include "policies/load/sections.hpp"
#include "policies/load/suggest.hpp"
#include "policies/load/values.hpp"
#include "policies/rules/setting_lists.hpp"

namespace policies::load {
namespace {

constexpr std::uint64_t largest_group = 1'000'000;

void read_search(const Node& node, Role& role, Findings& findings) {
    for (const Entry& entry : entries_of(node, findings, "search")) {
        if (!entry.value.is_word("exact")) {
            findings.add(entry.value.at, "a class can be searched for exact values only; write 'exact'");
        }
        role.search.emplace(entry.key, findings.rule(entry.at));
    }
}

void read_row_filters(const Node& node, Role& role, Findings& findings) {
    for (const Entry& entry : entries_of(node, findings, "rows")) {
        if (!entry.value.is_scalar() || entry.value.text.find_first_not_of(" \t\r\n") == std::string::npos) {
            findings.add(entry.value.at, "the rows of " + in_quotes(entry.key) +
                                             " need a condition; write SQL such as "
                                             "\"assignee = :user\"");
            continue;
        }
        role.rows.emplace(entry.key, std::pair{entry.value.text, findings.rule(entry.value.at)});
    }
}

void read_aggregates(const FixedMap& map, Role& role, Findings& findings) {
    const Entry* only = map.find("only");
    const Entry* group = map.find("min_group");
    if (only != nullptr && !only->value.is_word("aggregates")) {
        findings.add(only->value.at, "'only' limits a role to aggregates; write 'only: aggregates'");
        return;
    }
    if (only != nullptr && group == nullptr) {
        findings.add(only->at,
                     "'only: aggregates' needs the smallest group that may be shown; add 'min_group: 10'");
    }
    if (only == nullptr && group != nullptr) {
        findings.add(group->at,
                     "min_group means nothing without 'only: aggregates'; add that, or remove min_group");
    }
    if (only == nullptr || group == nullptr) return;
    const auto size =
        group->value.is_scalar() ? positive_number(group->value.text, largest_group) : std::nullopt;
    if (!size || *size < 2) {
        findings.add(group->value.at,
                     "min_group is a number of people from 2 to 1000000; write 'min_group: 10'");
        return;
    }
    role.aggregates_only = sql::AggregatesOnly{static_cast<int>(*size)};
}

void read_at_limit(const Node& node, Role& role, Findings& findings) {
    role.masks_at_limit = node.is_word("mask");
    if (!role.masks_at_limit && !node.is_word("refuse"))
        findings.add(node.at, "at_limit is refuse or mask; write 'at_limit: mask'");
}

void read_functions(const Node& node, Role& role, Findings& findings) {
    read_words(node, findings, "functions", [&](const std::string& name, Position at) {
        if (split_qualified(name, at, findings, "a function"))
            role.functions.emplace_back(name, findings.rule(at));
    });
}

void read_statements(const Node& node, Role& role, Findings& findings) {
    read_words(node, findings, "statements", [&](const std::string& name, Position at) {
        const auto& known = grantable_statements();
        if (std::ranges::find(known, name) == known.end()) {
            findings.add(at, "no statement " + in_quotes(name) + " can be granted" + advice(name, known));
            return;
        }
        role.statements.emplace_back(name, findings.rule(at));
    });
}

/// Settings that applications make up have a dot in their name, and no meaning to PostgreSQL.
void read_settings(const Node& node, Role& role, Findings& findings) {
    read_words(node, findings, "settings", [&](const std::string& name, Position at) {
        const auto is_letter = [](char c) {
            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
        };
        const std::size_t dot = name.find('.');
        if (dot == 0 || dot == std::string::npos || dot + 1 == name.size() ||
            !std::ranges::all_of(name, is_letter)) {
            findings.add(at, in_quotes(name) + " is no setting of an application; write it as 'app.user_id'");
        } else if (name.starts_with("tabir.") || rules::kind_of_setting(name)) {
            findings.add(at,
                         "setting " + in_quotes(name) + " cannot be granted: it is not an application's own");
        } else {
            role.settings.emplace_back(name, findings.rule(at));
        }
    });
}

void read_unrestricted(const Entry& role_entry, const Entry& entry, Role& role, Findings& findings) {
    const auto value = read_true_false(entry.value, findings, "unrestricted");
    if (!value) return;
    if (!*value) {
        findings.add(entry.at, "'unrestricted: false' says nothing; remove it and give the role its tables");
        return;
    }
    role.unrestricted = true;
    if (role_entry.value.entries.size() > 1) {
        findings.add(
            entry.at,
            "an unrestricted role sees everything, so its other keys would hold nothing back; remove "
            "them, or remove 'unrestricted'");
    }
}

void read_role(const Entry& entry, Role& role, Findings& findings) {
    const FixedMap map(entry.value, findings, "role " + entry.key,
                       {"tables", "clear", "search", "rows", "budget", "shared_budget", "at_limit", "write",
                        "functions", "statements", "settings", "only", "min_group", "unrestricted"});
    if (const Entry* granted = map.find("tables")) {
        read_words(granted->value, findings, "tables", [&](const std::string& name, Position at) {
            role.tables.emplace_back(name, findings.rule(at));
        });
    }
    if (const Entry* clear = map.find("clear")) {
        read_words(clear->value, findings, "clear", [&](const std::string& name, Position at) {
            role.clear.emplace_back(name, findings.rule(at));
        });
    }
    if (const Entry* search = map.find("search")) read_search(search->value, role, findings);
    if (const Entry* rows = map.find("rows")) read_row_filters(rows->value, role, findings);
    if (const Entry* budget = map.find("budget"))
        role.budget = read_budgets(budget->value, findings, "budget");
    if (const Entry* shared = map.find("shared_budget"))
        role.shared_budget = read_budgets(shared->value, findings, "shared_budget");
    if (const Entry* at_limit = map.find("at_limit")) read_at_limit(at_limit->value, role, findings);
    if (const Entry* write = map.find("write")) read_writes(write->value, role, findings);
    if (const Entry* functions = map.find("functions")) read_functions(functions->value, role, findings);
    if (const Entry* statements = map.find("statements")) read_statements(statements->value, role, findings);
    if (const Entry* settings = map.find("settings")) read_settings(settings->value, role, findings);
    if (const Entry* unrestricted = map.find("unrestricted"))
        read_unrestricted(entry, *unrestricted, role, findings);
    read_aggregates(map, role, findings);
    const Entry* tables = map.find("tables");
    const bool empty =
        tables == nullptr || (tables->value.kind == Node::Kind::list && tables->value.items.empty());
    if (empty && !role.unrestricted && entry.value.kind == Node::Kind::map) {
        findings.add(entry.at, "role " + entry.key + " can see nothing; give it tables, or remove it");
    }
}

}  // namespace

void read_roles(const Node& node, PolicySet& policy, Findings& findings) {
    for (const Entry& entry : entries_of(node, findings, "roles")) {
        if (!check_name(entry.key, entry.at, findings, "a role")) continue;
        Role role{.name = entry.key, .rule = findings.rule(entry.at)};
        read_role(entry, role, findings);
        policy.roles.emplace(entry.key, std::move(role));
    }
}

}  // namespace policies::load
