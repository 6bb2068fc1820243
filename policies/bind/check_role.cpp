#include "policies/bind/check_role.hpp"

#include "policies/bind/names.hpp"
#include "policies/load/suggest.hpp"
#include "sql/analyze.hpp"

namespace policies::bind {
namespace {

using load::in_quotes;

std::pair<std::string, std::string> split(const std::string& qualified) {
    const std::size_t dot = qualified.find('.');
    if (dot == std::string::npos) return {{}, qualified};
    return {qualified.substr(0, dot), qualified.substr(dot + 1)};
}

const sql::Relation* relation_of(const sql::Catalog& catalog, const std::string& qualified) {
    const auto [schema, name] = split(qualified);
    return catalog.relation(schema, name);
}

}  // namespace

void check_role(const PolicySet& policy, const Role& role, const sql::Catalog& catalog,
                const std::unordered_set<sql::Oid>& readers, load::Findings& findings) {
    for (const auto& [name, rule] : role.tables) {
        if (policy.tables.contains(name)) continue;  // found, or reported, where it is listed
        const sql::Relation* relation = relation_of(catalog, name);
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
    for (const auto& [name, rule] : role.functions) {
        const auto [schema, function] = split(name);
        if (!catalog.functions(schema, function).empty()) continue;
        findings.add(position_of(rule),
                     "the database has no function " + in_quotes(name) + "; correct the name, or remove it");
    }
}

}  // namespace policies::bind
