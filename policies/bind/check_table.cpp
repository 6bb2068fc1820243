#include "policies/bind/check_table.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include "policies/bind/names.hpp"
#include "policies/load/suggest.hpp"
#include "sql/masks.hpp"
#include "sql/type_oids.hpp"

namespace policies::bind {
namespace {

using load::in_quotes;

bool lists(const TableRule& rule, const std::string& column) {
    return std::ranges::find(rule.columns, column, &ColumnRule::column) != rule.columns.end();
}

void check_mask(const PolicySet& policy, const ColumnRule& listed, const sql::Column& column,
                const sql::Catalog& catalog, load::Findings& findings) {
    if (!listed.clazz) return;
    const auto clazz = policy.classes.find(*listed.clazz);
    if (clazz == policy.classes.end() || !clazz->second.mask) return;
    const auto checked = sql::check_mask(*clazz->second.mask, column, catalog);
    if (checked) return;
    const sql::Error& error = checked.error();
    findings.add(position_of(listed.rule),
                 "class " + *listed.clazz + " does not fit column " + in_quotes(column.name) + ": " +
                     error.message + "; " +
                     (error.hint.empty() ? "give the column a class with another mask" : error.hint));
}

void check_column(const PolicySet& policy, const ColumnRule& listed, const TableRule& rule,
                  const sql::Relation& relation, const sql::Catalog& catalog, load::Findings& findings) {
    if (listed.column == "*") {
        for (const sql::Column& column : relation.columns) {
            if (!lists(rule, column.name)) check_mask(policy, listed, column, catalog, findings);
        }
    } else if (const sql::Column* column = relation.column(listed.column)) {
        check_mask(policy, listed, *column, catalog, findings);
    } else {
        findings.add(position_of(listed.rule), name_of(relation) + " has no column " +
                                                   in_quotes(listed.column) +
                                                   load::advice(listed.column, column_names(relation)));
    }
}

void check_path(const PolicySet& policy, const PathRule& path, const sql::Relation& relation,
                const sql::Catalog& catalog, load::Findings& findings) {
    const sql::Column* column = relation.column(path.column);
    if (column == nullptr) return;  // its own rule says so
    const auto clazz = policy.classes.find(path.clazz);
    if (clazz == policy.classes.end()) return;
    const sql::Mask mask = clazz->second.mask.value_or(sql::mask::Null{});
    const auto paths =
        std::make_shared<const std::vector<sql::mask::Path>>(1, sql::mask::Path{path.keys, mask});
    const auto checked = sql::check_mask(sql::mask::Document{paths}, *column, catalog);
    if (checked) return;
    const sql::Error& error = checked.error();
    findings.add(position_of(path.rule), "class " + path.clazz + " does not fit a path of column " +
                                             in_quotes(column->name) + ": " + error.message + "; " +
                                             error.hint);
}

/// DateStyle, TimeZone, IntervalStyle, lc_monetary, bytea_output.
bool has_several_texts(sql::Oid type, const sql::Catalog& catalog) {
    namespace type_oid = sql::type_oid;
    constexpr std::array types = {type_oid::money,     type_oid::date,        type_oid::time,
                                  type_oid::timestamp, type_oid::timestamptz, type_oid::interval,
                                  type_oid::timetz,    type_oid::bytea};
    for (const sql::Type* at = catalog.type(type); at != nullptr && at->base != 0; at = catalog.type(type))
        type = at->base;
    return std::ranges::find(types, type) != types.end();
}

}  // namespace

const sql::Relation* find_relation(const TableRule& rule, const sql::Catalog& catalog,
                                   load::Findings& findings) {
    const std::string name = rule.schema + '.' + rule.name;
    if (is_system_schema(rule.schema)) {
        findings.add(position_of(rule.rule),
                     name +
                         " belongs to the server itself and cannot be listed; remove it: "
                         "what only describes the schema is readable anyway");
        return nullptr;
    }
    const sql::Relation* relation = catalog.relation(rule.schema, rule.name);
    if (relation == nullptr) {
        const auto near = load::near_miss(name, listable_names(catalog));
        findings.add(position_of(rule.rule), "the database has no table " + in_quotes(name) +
                                                 (near ? "; did you mean " + in_quotes(*near) + '?'
                                                       : "; correct the name, or remove it"));
        return nullptr;
    }
    if (relation->kind == sql::RelationKind::sequence && !rule.open) {
        findings.add(position_of(rule.rule),
                     name + " is a sequence, which holds no columns; write '" + name + ": open'");
        return nullptr;
    }
    if (relation->kind != sql::RelationKind::sequence && !holds_rows(relation->kind)) {
        findings.add(position_of(rule.rule), name + " is neither a table nor a view; remove it");
        return nullptr;
    }
    return relation;
}

void check_table(const PolicySet& policy, const TableRule& rule, const sql::Relation& relation,
                 const sql::Catalog& catalog, load::Findings& findings) {
    if (rule.open) return;
    if (rule.derived) {
        if (relation.kind == sql::RelationKind::materialized_view) return;
        findings.add(position_of(rule.rule),
                     name_of(relation) + " is no materialized view, so nothing follows from a definition; " +
                         (relation.kind == sql::RelationKind::view ? "write 'open': the tables that it reads "
                                                                     "keep their rules"
                                                                   : "list its subject and columns"));
        return;
    }
    if (relation.kind == sql::RelationKind::view) {
        findings.add(position_of(rule.rule),
                     name_of(relation) +
                         " is a view: what it reads is protected by the rules of its tables; "
                         "write '" +
                         name_of(relation) + ": open'");
        return;
    }
    for (const ColumnRule& listed : rule.columns)
        check_column(policy, listed, rule, relation, catalog, findings);
    for (const PathRule& path : rule.paths)
        check_path(policy, path, relation, catalog, findings);
    for (const SubjectRule& subject : rule.subjects) {
        if (const sql::Column* key = relation.column(subject.column)) {
            if (!has_several_texts(key->type, catalog)) continue;
            findings.add(position_of(subject.rule),
                         "column " + in_quotes(subject.column) + " of " + name_of(relation) +
                             " cannot name the " + subject.kind +
                             ": how its values are written hangs on settings of the session; "
                             "name the column of a number, a text or a uuid");
            continue;
        }
        findings.add(position_of(subject.rule), name_of(relation) + " has no column " +
                                                    in_quotes(subject.column) + " that could name the " +
                                                    subject.kind +
                                                    load::advice(subject.column, column_names(relation)));
    }
}

void check_materialized_view(const PolicySet& policy, const TableRule& rule, const sql::Relation& relation,
                             load::Findings& findings) {
    const std::string shows = name_of(relation) + " holds rows of protected tables";
    if (rule.open) {
        findings.add(position_of(rule.rule),
                     shows + ", so it cannot be open; write derived, or list its subject and columns");
        return;
    }
    // Which column holds what cannot be proven from a query's text: the author must say it of each.
    for (const ColumnRule& listed : rule.columns) {
        if (listed.column != "*" || listed.clazz) continue;
        findings.add(position_of(listed.rule), shows + ", so \"*\" cannot be open; list each column that is");
    }
    if (policy.defaults.strip_unlisted_columns || lists(rule, "*")) return;
    for (const sql::Column& column : relation.columns) {
        if (lists(rule, column.name)) continue;
        findings.add(position_of(rule.rule),
                     shows + " and unlisted_columns is open; list column " + in_quotes(column.name));
    }
}

}  // namespace policies::bind
