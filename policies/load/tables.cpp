#include <algorithm>

#include "policies/load/sections.hpp"
#include "policies/load/suggest.hpp"
#include "policies/load/values.hpp"

namespace policies::load {
namespace {

void read_subjects(const Node& node, TableRule& table, Findings& findings) {
    if (node.is_word("none")) return;
    if (node.kind != Node::Kind::map || node.entries.empty()) {
        findings.add(
            node.at,
            "subject says which column names the person; write { customer: id }, or none if the rows "
            "are about nobody");
        return;
    }
    for (const Entry& entry : node.entries) {
        if (!check_name(entry.key, entry.at, findings, "a kind of subject")) continue;
        const auto take = [&](const std::string& column, Position at) {
            table.subjects.push_back({entry.key, column, findings.rule(at)});
        };
        if (entry.value.kind == Node::Kind::list) {
            read_words(entry.value, findings, "subject " + entry.key, take);
        } else if (const auto column =
                       read_word(entry.value, findings, "the column of subject " + entry.key)) {
            take(*column, entry.value.at);
        }
    }
}

constexpr std::string_view arrow = "->";

/// profile->contact->wa: a column, then keys.
std::vector<std::string> split_path(std::string_view text) {
    std::vector<std::string> parts;
    for (auto at = text.find(arrow); at != std::string_view::npos; at = text.find(arrow)) {
        parts.emplace_back(text.substr(0, at));
        text.remove_prefix(at + arrow.size());
    }
    parts.emplace_back(text);
    return parts;
}

bool is_blank(char c) { return static_cast<unsigned char>(c) <= ' '; }

/// The number of an element: masks go through arrays.
bool is_index(std::string_view part) {
    constexpr std::size_t longest = 3;
    return part.size() <= longest && std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
}

/// profile->'contact', ->>contact, profile -> contact, list->0, list[0], contact::text: as SQL writes it.
bool is_written_as_in_sql(std::string_view part) {
    const auto quotes = [](char c) { return c == '\'' || c == '"'; };
    const char first = part.front();
    const char last = part.back();
    return (part.size() > 1 && (quotes(first) || quotes(last))) || first == '>' || first == '(' ||
           is_blank(first) || is_blank(last) || is_index(part) || part == "*" ||
           part.find("::") != std::string_view::npos || part.find('[') != std::string_view::npos;
}

void read_path(const Entry& entry, const std::string& clazz, TableRule& table, Findings& findings) {
    auto keys = split_path(entry.key);
    PathRule rule{.column = keys.front(), .clazz = clazz, .rule = findings.rule(entry.at)};
    keys.erase(keys.begin());
    constexpr std::size_t deepest = 10;
    const bool has_gap = std::ranges::any_of(keys, [](const std::string& key) { return key.empty(); });
    if (rule.column.empty() || has_gap || keys.size() > deepest || is_written_as_in_sql(rule.column) ||
        std::ranges::any_of(keys, is_written_as_in_sql)) {
        findings.add(entry.at, in_quotes(entry.key) +
                                   " is no path; write column->key->key, as keys are called in the document, "
                                   "without quotes, blanks and "
                                   "numbers of elements, with at most 10 keys");
        return;
    }
    if (clazz == "open") {
        findings.add(entry.at, "what stands at " + in_quotes(entry.key) + " is as open as column " +
                                   in_quotes(rule.column) + "; give the path a class, or remove it");
        return;
    }
    rule.keys = std::move(keys);
    table.paths.push_back(std::move(rule));
}

/// A column of which only paths are listed is open otherwise.
void open_documents(TableRule& table) {
    for (const PathRule& path : table.paths) {
        const auto listed = std::ranges::find(table.columns, path.column, &ColumnRule::column);
        if (listed == table.columns.end())
            table.columns.push_back({.column = path.column, .clazz = std::nullopt, .rule = path.rule});
    }
}

void read_columns(const Node& node, const PolicySet& policy, TableRule& table, Findings& findings) {
    for (const Entry& entry : entries_of(node, findings, "columns")) {
        ColumnRule rule{.column = entry.key, .clazz = std::nullopt, .rule = findings.rule(entry.at)};
        const auto word = read_word(entry.value, findings, "column " + entry.key);
        if (!word) continue;
        if (*word != "open") {
            rule.clazz = *word;
            if (!policy.classes.contains(*word)) {
                auto known = keys_of(policy.classes);
                known.emplace_back("open");
                findings.add_unknown(entry.value.at, "class", *word, known);
            }
        }
        if (entry.key.find(arrow) != std::string::npos) {
            read_path(entry, *word, table, findings);
            continue;
        }
        table.columns.push_back(std::move(rule));
    }
    open_documents(table);
}

void read_table(const Entry& entry, const PolicySet& policy, TableRule& table, Findings& findings) {
    if (entry.value.is_word("open")) {
        table.open = true;
        return;
    }
    if (entry.value.is_word("derived")) {
        table.derived.emplace();
        return;
    }
    if (entry.value.is_scalar()) {
        findings.add(entry.value.at, "table " + entry.key + " cannot be " + in_quotes(entry.value.text) +
                                         "; write open, derived, or { subject: ..., columns: ... }");
        return;
    }
    const FixedMap map(entry.value, findings, "table " + entry.key, {"subject", "columns"});
    if (entry.value.kind != Node::Kind::map) return;
    if (const Entry* subject = map.find("subject")) {
        read_subjects(subject->value, table, findings);
    } else {
        findings.add(entry.at, "table " + entry.key +
                                   " does not say whose data a row is; write subject: { customer: id }, "
                                   "or subject: none");
    }
    if (const Entry* columns = map.find("columns")) {
        read_columns(columns->value, policy, table, findings);
    } else {
        findings.add(entry.at, "table " + entry.key +
                                   " has no columns; write columns: { id: open, ... }, or the whole "
                                   "table as open");
    }
}

}  // namespace

void read_tables(const Node& node, PolicySet& policy, Findings& findings) {
    for (const Entry& entry : entries_of(node, findings, "tables")) {
        const auto name = split_qualified(entry.key, entry.at, findings, "a table");
        if (!name) continue;
        TableRule table{.schema = name->first, .name = name->second, .rule = findings.rule(entry.at)};
        read_table(entry, policy, table, findings);
        policy.tables.emplace(entry.key, std::move(table));
    }
}

}  // namespace policies::load
