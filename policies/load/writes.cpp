#include "policies/load/sections.hpp"
#include "policies/load/suggest.hpp"
#include "policies/load/values.hpp"

namespace policies::load {
namespace {

bool add_table(const std::string& name, Position at, Role& role, Findings& findings) {
    if (!split_qualified(name, at, findings, "a table")) return false;
    if (role.write_rule(name) != nullptr) {
        findings.add(at, in_quotes(name) + " stands twice in write; remove one");
        return false;
    }
    role.write.push_back({.table = name, .rows = true, .columns = {}, .rule = findings.rule(at)});
    return true;
}

// schema.table: [column, ...]. "*" stands for what the table by itself grants.
void read_written_columns(const Entry& entry, Role& role, Findings& findings) {
    if (!add_table(entry.key, entry.at, role, findings)) return;
    WriteRule& write = role.write.back();
    write.rows = false;
    read_words(entry.value, findings, "the columns of " + entry.key,
               [&](const std::string& name, Position at) {
                   if (name == "*")
                       write.rows = true;
                   else
                       write.columns.emplace_back(name, findings.rule(at));
               });
    if (entry.value.kind == Node::Kind::list && entry.value.items.empty())
        findings.add(entry.value.at,
                     "no column of " + entry.key + " may be written; list columns, or remove it");
}

}  // namespace

void read_writes(const Node& node, Role& role, Findings& findings) {
    for (const Node& item : items_of(node, findings, "write")) {
        if (item.kind == Node::Kind::map && !item.entries.empty()) {
            for (const Entry& entry : item.entries)
                read_written_columns(entry, role, findings);
        } else if (const auto name = read_word(item, findings, "an entry of write")) {
            add_table(*name, item.at, role, findings);
        }
    }
}

}  // namespace policies::load
