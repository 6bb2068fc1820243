#include "gateway/cli/explain_output.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/json.hpp>

#include "gateway/accounting/budget_words.hpp"

namespace gateway::cli {
namespace {

using enforcement::Explained;
using enforcement::StatementExplained;
using enforcement::TableExplained;
namespace json = boost::json;

std::string text_of(const accounting::Account& account, const policies::Budget& budget,
                    const policies::Limit& limit) {
    return fmt::format("{} per {} {} for {} {} ({})", limit.most, accounting::window_words(limit.window),
                       policies::text_of(budget.counted), accounting::name_of(account.of), account.name,
                       limit.rule.text());
}

/// Calls `take` with each account, budget and limit.
template <class Take>
void for_each_limit(const accounting::Accounts& accounts, Take take) {
    for (const auto& account : accounts) {
        for (const auto& budget : *account.budgets) {
            for (const auto& limit : budget.limits)
                take(account, budget, limit);
        }
    }
}

void print_table(std::ostream& out, const TableExplained& table) {
    out << "  " << table.name << " (" << table.rule << ")\n";
    std::size_t longest = 0;
    for (const auto& column : table.columns)
        longest = std::max(longest, column.name.size());
    for (const auto& column : table.columns) {
        out << fmt::format("    {:<{}}  {}{}  ({})\n", column.name, longest, column.shown,
                           column.searchable ? ", may be searched exactly" : "", column.rule);
    }
    if (table.row_filter)
        out << "    only rows where " << *table.row_filter << "  (" << table.row_filter_rule << ")\n";
}

void print_statement(std::ostream& out, const ExplainedFor& whose, const StatementExplained& statement) {
    out << "allowed: " << sql::name_of(statement.kind) << '\n';
    if (!statement.rules.empty())
        out << "rules: " << fmt::format("{}", fmt::join(statement.rules, ", ")) << '\n';
    if (!statement.tables.empty()) out << "tables:\n";
    for (const TableExplained& table : statement.tables)
        print_table(out, table);
    if (statement.min_group) out << "groups: of at least " << *statement.min_group << " people\n";
    if (!statement.keys.empty()) {
        out << "counted: ";
        for (std::size_t i = 0; i < statement.keys.size(); ++i) {
            const auto& key = statement.keys[i];
            out << (i == 0 ? "" : ", ") << key.subject
                << (key.array_depth > 0 ? ", all of each group" : ", one a row");
        }
        out << '\n';
        for_each_limit(whose.accounts, [&](const auto& account, const auto& budget, const auto& limit) {
            out << "budget: " << text_of(account, budget, limit) << '\n';
        });
    }
    if (statement.searched_values > 0)
        out << "searched: " << statement.searched_values
            << " values, each of which counts where it finds nobody\n";
    for (const std::string& column : statement.compared_masks)
        out << "notice: " << column << " is masked: values that differ may look equal\n";
    for (const std::string& column : statement.stored_masks)
        out << "notice: " << column << " is masked: new rows hold its masks\n";
    if (statement.groups_left_out_below > 0)
        out << "notice: groups of fewer than " << statement.groups_left_out_below
            << " people, or of which a condition leaves out fewer, are missing\n";
    if (!statement.sql.empty()) out << "sent to the database:\n  " << statement.sql << '\n';
}

json::object json_of(const TableExplained& table) {
    json::object object{{"name", table.name}, {"rule", table.rule}};
    json::array columns;
    for (const auto& column : table.columns) {
        columns.push_back(json::object{{"name", column.name},
                                       {"shown", column.shown},
                                       {"searchable", column.searchable},
                                       {"rule", column.rule}});
    }
    object["columns"] = std::move(columns);
    if (table.row_filter) {
        object["row_filter"] = *table.row_filter;
        object["row_filter_rule"] = table.row_filter_rule;
    }
    return object;
}

json::object json_of(const StatementExplained& statement) {
    json::array tables;
    for (const TableExplained& table : statement.tables)
        tables.push_back(json_of(table));
    json::array keys;
    for (const auto& key : statement.keys)
        keys.push_back(json::object{{"subject", key.subject}, {"of_groups", key.array_depth > 0}});
    json::array rules;
    for (const std::string& rule : statement.rules)
        rules.emplace_back(rule);
    json::object object{{"kind", sql::name_of(statement.kind)},
                        {"rules", std::move(rules)},
                        {"tables", std::move(tables)},
                        {"counted", std::move(keys)},
                        {"searched_values", statement.searched_values},
                        {"sql", statement.sql}};
    const auto add_columns = [&](std::string_view name, const std::vector<std::string>& columns) {
        if (columns.empty()) return;
        json::array& array = object[name].emplace_array();
        for (const std::string& column : columns)
            array.emplace_back(column);
    };
    add_columns("compared_masks", statement.compared_masks);
    add_columns("stored_masks", statement.stored_masks);
    if (statement.groups_left_out_below > 0)
        object["groups_left_out_below"] = statement.groups_left_out_below;
    if (statement.min_group) object["min_group"] = *statement.min_group;
    return object;
}

}  // namespace

void print_text(std::ostream& out, const ExplainedFor& whose, const Explained& explained) {
    out << whose.user << " has role " << whose.role.name << " in " << whose.database << " ("
        << whose.role.rule.text() << ")\n";
    if (whose.role.unrestricted) {
        out << "allowed: statements of this role go to the database as they are\n";
        return;
    }
    if (const auto& refusal = explained.refusal) {
        out << "refused: " << refusal->message << "\nsqlstate: " << refusal->sqlstate
            << "\nreason: " << policies::name_of(refusal->reason) << '\n';
        if (!refusal->hint.empty()) out << "hint: " << refusal->hint << '\n';
        if (refusal->position) out << "position: " << *refusal->position << '\n';
        return;
    }
    for (const StatementExplained& statement : explained.statements)
        print_statement(out, whose, statement);
}

void print_json(std::ostream& out, const ExplainedFor& whose, const Explained& explained) {
    json::object object{{"allowed", !explained.refusal.has_value()},
                        {"user", whose.user},
                        {"database", whose.database},
                        {"role", whose.role.name},
                        {"role_rule", whose.role.rule.text()},
                        {"unrestricted", whose.role.unrestricted}};
    if (const auto& refusal = explained.refusal) {
        json::object told{{"sqlstate", refusal->sqlstate},
                          {"reason", policies::name_of(refusal->reason)},
                          {"message", refusal->message},
                          {"hint", refusal->hint}};
        if (refusal->position) told["position"] = *refusal->position;
        object["refusal"] = std::move(told);
    }
    json::array statements;
    for (const StatementExplained& statement : explained.statements)
        statements.push_back(json_of(statement));
    object["statements"] = std::move(statements);
    json::array budgets;
    for_each_limit(whose.accounts, [&](const auto& account, const auto& budget, const auto& limit) {
        budgets.push_back(json::object{{"of", accounting::name_of(account.of)},
                                       {"account", account.name},
                                       {"counted", policies::text_of(budget.counted)},
                                       {"limit", limit.most},
                                       {"seconds", limit.window.count()},
                                       {"rule", limit.rule.text()}});
    });
    object["budgets"] = std::move(budgets);
    out << json::serialize(object) << '\n';
}

}  // namespace gateway::cli
