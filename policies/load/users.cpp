#include <algorithm>

#include "policies/load/sections.hpp"
#include "policies/load/suggest.hpp"
#include "policies/load/values.hpp"

namespace policies::load {
namespace {

bool database_or_user_name(const std::string& name) {
    const auto visible = [](unsigned char c) { return c >= 0x20 && c != 0x7f; };
    return !name.empty() && name.size() <= longest_name && std::ranges::all_of(name, visible);
}

}  // namespace

void read_version(const Node& node, Findings& findings) {
    if (node.is_scalar() && !node.quoted && node.text == "1") return;
    findings.add(node.at, "this gateway reads version 1 of the policy language only; write 'version: 1'");
}

void read_databases(const Node& node, PolicySet& policy, Findings& findings) {
    read_words(node, findings, "databases", [&](const std::string& name, Position at) {
        if (name == "*") {
            findings.add(at, "a policy governs databases by name, not '*'; write their names");
        } else if (!database_or_user_name(name)) {
            findings.add(
                at, in_quotes(name) + " cannot be the name of a database; write at most 63 visible bytes");
        } else {
            policy.databases.push_back(name);
        }
    });
    if (node.kind == Node::Kind::list && node.items.empty()) {
        findings.add(node.at, "databases is empty, so the policy governs nothing; write [payments]");
    }
}

void read_defaults(const Node& node, PolicySet& policy, Findings& findings) {
    const FixedMap map(node, findings, "defaults", {"unlisted_tables", "unlisted_columns"});
    const auto read = [&](const char* key, const char* strict, bool& value) {
        const Entry* entry = map.find(key);
        if (entry == nullptr) return;
        value = !entry->value.is_word("open");
        if (value && !entry->value.is_word(strict)) {
            findings.add(entry->value.at, std::string(key) + " is " + strict + " or open; write '" + key +
                                              ": " + strict + '\'');
        }
    };
    read("unlisted_tables", "deny", policy.defaults.deny_unlisted_tables);
    read("unlisted_columns", "strip", policy.defaults.strip_unlisted_columns);
}

void read_users(const Node& node, PolicySet& policy, Findings& findings) {
    for (const Entry& entry : entries_of(node, findings, "users")) {
        if (!database_or_user_name(entry.key)) {
            findings.add(entry.at, in_quotes(entry.key) +
                                       " cannot be the name of a user; write at most 63 visible bytes");
            continue;
        }
        User user{.name = entry.key, .role = {}, .rule = findings.rule(entry.at)};
        const FixedMap map(entry.value, findings, "user " + in_quotes(entry.key),
                           {"role", "acts_for", "budget"});
        if (const Entry* role = map.find("role")) {
            user.role = read_word(role->value, findings, "the role of a user").value_or("");
            if (!user.role.empty() && !policy.roles.contains(user.role)) {
                findings.add_unknown(role->value.at, "role", user.role, keys_of(policy.roles));
            }
        } else if (entry.value.kind == Node::Kind::map) {
            findings.add(entry.at, "user " + in_quotes(entry.key) + " has no role; write { role: ... }");
        }
        if (const Entry* acts_for = map.find("acts_for")) {
            user.acts_for = acts_for->value.is_word("signed") ? ActsFor::signed_ : ActsFor::required;
            if (user.acts_for == ActsFor::required && !acts_for->value.is_word("required")) {
                findings.add(acts_for->value.at,
                             "acts_for is required, signed or left out; write 'acts_for: required'");
            }
        }
        if (const Entry* budget = map.find("budget"))
            user.budget = read_budgets(budget->value, findings, "budget");
        policy.users.emplace(entry.key, std::move(user));
    }
}

void read_teams(const Node& node, PolicySet& policy, Findings& findings) {
    for (const Entry& entry : entries_of(node, findings, "teams")) {
        if (!check_name(entry.key, entry.at, findings, "a team")) continue;
        Team team{.name = entry.key, .members = {}, .budget = {}, .rule = findings.rule(entry.at)};
        const FixedMap map(entry.value, findings, "team " + entry.key, {"members", "budget"});
        if (const Entry* members = map.find("members")) {
            read_words(members->value, findings, "members", [&](const std::string& name, Position at) {
                team.members.emplace_back(name, findings.rule(at));
            });
        }
        if (const Entry* budget = map.find("budget"))
            team.budget = read_budgets(budget->value, findings, "budget");
        if (entry.value.kind == Node::Kind::map && (team.members.empty() || map.find("budget") == nullptr))
            findings.add(entry.at,
                         "a team has members who share a budget; write { members: [agent7], "
                         "budget: { customer: 200 per day } }");
        policy.teams.emplace(entry.key, std::move(team));
    }
}

}  // namespace policies::load
