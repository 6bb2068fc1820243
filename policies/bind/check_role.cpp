#include "policies/bind/check_role.hpp"

#include "policies/bind/names.hpp"
#include "policies/load/suggest.hpp"
#include "sql/analyze.hpp"

namespace policies::bind {
namespace {

using load::in_quotes;
using load::Position;

std::pair<std::string, std::string> split(const std::string& qualified) {
    const std::size_t dot = qualified.find('.');
    if (dot == std::string::npos) return {{}, qualified};
    return {qualified.substr(0, dot), qualified.substr(dot + 1)};
}

const sql::Relation* relation_of(const sql::Catalog& catalog, const std::string& qualified) {
    const auto [schema, name] = split(qualified);
    return catalog.relation(schema, name);
}

void check_write(const WriteRule& write, const sql::Catalog& catalog,
                 const std::unordered_set<sql::Oid>& readers, load::Findings& findings) {
    const sql::Relation* relation = relation_of(catalog, write.table);
    const Position at = position_of(write.rule);
    if (relation != nullptr && relation->kind == sql::RelationKind::sequence) {
        if (!write.columns.empty())
            findings.add(at, write.table + " is a sequence; write its name without columns");
        return;  // nextval and its kind
    }
    if (relation == nullptr || !holds_rows(relation->kind)) {
        findings.add(at, "the database has no table " + in_quotes(write.table) +
                             load::advice(write.table, listable_names(catalog)));
        return;
    }
    if (relation->kind == sql::RelationKind::materialized_view) {
        findings.add(at, write.table + " is a materialized view, whose rows nobody can change; remove it");
    } else if (relation->kind == sql::RelationKind::view && readers.contains(relation->oid)) {
        findings.add(at,
                     write.table +
                         " is a view of protected tables; write the table that it shows, through which the "
                         "view may be changed, too");
    } else if (relation->has_rules) {
        findings.add(at,
                     write.table +
                         " has rules (CREATE RULE), which could do anything in place of a change; remove it");
    }
    for (const auto& [name, rule] : write.columns) {
        const sql::Column* column = relation->column(std::string_view(name));
        if (column == nullptr) {
            findings.add(position_of(rule), name_of(*relation) + " has no column " + in_quotes(name) +
                                                load::advice(name, column_names(*relation)));
        } else if (column->generated) {
            findings.add(position_of(rule), "column " + name + " of " + name_of(*relation) +
                                                " is generated and cannot be written; remove it");
        }
    }
}

}  // namespace

void check_role(const PolicySet& policy, const Role& role, const sql::Catalog& catalog,
                const std::unordered_set<sql::Oid>& readers, load::Findings& findings) {
    for (const auto& [name, rule] : role.tables) {
        const sql::Relation* relation = relation_of(catalog, name);
        if (relation != nullptr && relation->kind == sql::RelationKind::sequence)
            findings.add(position_of(rule),
                         name + " is a sequence, which nobody reads; list it in 'write' instead");
        if (policy.tables.contains(name)) continue;  // found, or reported, where it is listed
        if (relation == nullptr || !holds_rows(relation->kind)) {
            findings.add(position_of(rule), "the database has no table " + in_quotes(name) +
                                                load::advice(name, listable_names(catalog)));
        } else if (relation->kind != sql::RelationKind::view && readers.contains(relation->oid)) {
            findings.add(position_of(rule),
                         name +
                             " shows rows of protected tables; list it in 'tables' with its "
                             "subject and columns");
        }
    }
    for (const auto& [name, filter] : role.rows) {
        const sql::Relation* relation = relation_of(catalog, name);
        if (relation == nullptr) continue;  // reported where the table is listed or granted
        if (relation->kind == sql::RelationKind::view) {
            findings.add(position_of(filter.second),
                         name + " is a view; filter the rows of the tables that it reads");
        } else if (const auto checked = sql::check_row_filter(filter.first, *relation, catalog); !checked) {
            findings.add(position_of(filter.second),
                         "the rows of " + name +
                             " have a condition that cannot be used: " + checked.error().message +
                             "; write one SQL condition over the columns of the table");
        }
    }
    for (const WriteRule& write : role.write)
        check_write(write, catalog, readers, findings);
    for (const auto& [name, rule] : role.functions) {
        const auto [schema, function] = split(name);
        if (!catalog.functions(schema, function).empty()) continue;
        findings.add(position_of(rule),
                     "the database has no function " + in_quotes(name) + "; correct the name, or remove it");
    }
}

}  // namespace policies::bind
