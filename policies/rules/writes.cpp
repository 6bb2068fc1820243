#include "policies/rules/writes.hpp"

#include <algorithm>
#include <set>

#include "policies/rules/columns.hpp"
#include "policies/rules/partitions.hpp"
#include "policies/rules/relations.hpp"
#include "policies/rules/treatment.hpp"
#include "policies/rules/written_together.hpp"

namespace policies::rules {
namespace {

std::string table_name(const Request& request, const sql::Relation& relation) {
    const TableRule* rule = request.policy.rule_of(relation.oid);
    return rule == nullptr ? name_of(relation) : rule->schema + '.' + rule->name;
}

std::string writable_tables(const Role& role) {
    constexpr std::size_t most = 12;
    std::vector<std::string> names;
    for (const WriteRule& write : role.write)
        names.push_back(write.table);
    if (names.empty()) return "role " + role.name + " may only read; 'write' of the role would allow more";
    return "role " + role.name + " may change rows of: " + listed(names, most);
}

/// By the name that the column has had since the policy is in force.
bool is_listed(const Request& request, const WriteRule& write, const sql::Relation& relation,
               const sql::Column& column) {
    const std::string* kept = request.policy.kept_class(relation.oid, column.number);
    const TableRule* table = request.policy.rule_of(relation.oid);
    if (kept != nullptr &&
        (table == nullptr || class_of(request.policy.policy(), *table, relation, column) != *kept))
        return false;
    return std::ranges::any_of(write.columns,
                               [&](const auto& listed) { return listed.first == column.name; });
}

bool may_write(const Request& request, const WriteRule& write, const sql::Relation& relation,
               const sql::Column& column) {
    if (is_listed(request, write, relation, column)) return true;
    if (!write.rows) return false;
    const TableRule* table = request.policy.rule_of(relation.oid);
    if (table == nullptr || (table->open && !request.policy.keeps_classes(relation.oid))) return true;
    const auto view = view_of(request.policy, request.role, *table, relation, column);
    return std::holds_alternative<sql::Open>(view.treatment);
}

std::string writable_columns(const Request& request, const WriteRule& write, const sql::Relation& relation) {
    constexpr std::size_t most = 30;
    std::vector<std::string> names;
    for (const sql::Column& column : relation.columns) {
        if (may_write(request, write, relation, column)) names.push_back(column.name);
    }
    return "columns of " + name_of(relation) + " that role " + request.role.name +
           " may write: " + listed(names, most);
}

Deny refuse_column(const Request& request, const WriteRule& write, const sql::Relation& relation,
                   const sql::Column& column) {
    const TableRule* table = request.policy.rule_of(relation.oid);
    std::string hint = writable_columns(request, write, relation);
    if (table != nullptr) {
        const auto view = view_of(request.policy, request.role, *table, relation, column);
        if (std::holds_alternative<sql::Masked>(view.treatment)) {
            hint = "the role sees only the mask of " + column.name +
                   ", which a save would write over the real value: leave the column out, as saving changed "
                   "fields only does; " +
                   hint;
        }
    }
    return refuse_by(request, write, Reason::stripped_column,
                     "write column " + column.name + " of " + name_of(relation), std::move(hint));
}

/// What a role sees in clear of a column: the whole of it, or what stands at a path.
struct ClearValue {
    std::string clazz;
    std::vector<std::string> path;
};

std::vector<ClearValue> clear_values(const Request& request, sql::Oid oid, sql::AttributeNumber number) {
    std::vector<ClearValue> values;
    const TableRule* table = request.policy.rule_of(oid);
    const sql::Relation* relation = request.policy.catalog().relation(oid);
    const sql::Column* column = relation == nullptr ? nullptr : relation->column(number);
    if (table == nullptr || column == nullptr) return values;
    const auto add = [&](const std::string& clazz, const std::vector<std::string>& path) {
        if (request.role.sees_clear(clazz)) values.push_back({clazz, path});
    };
    if (const auto clazz = request.policy.class_now(*table, *relation, *column)) add(*clazz, {});
    for (const PathRule& path : table->paths) {
        if (path.column == column->name) add(path.clazz, path.keys);
    }
    if (const ColumnRule* rule = rule_for(*table, column->name)) {
        for (const std::string& clazz : rule->computed_from)
            add(clazz, {});
    }
    return values;
}

/// Whether a column protects such a value: it is of the class, or has the same path.
bool holds(const Request& request, const sql::Relation& relation, const sql::Column& column,
           const ClearValue& value) {
    const TableRule* table = request.policy.rule_of(relation.oid);
    if (table == nullptr) return false;
    if (request.policy.class_now(*table, relation, column) == value.clazz) return true;
    return !value.path.empty() && std::ranges::any_of(table->paths, [&](const PathRule& path) {
        return path.column == column.name && path.clazz == value.clazz && path.keys == value.path;
    });
}

// What of a temporary table's values is of a class is not known. Of a role that sees nothing in clear there
// is none; else its tables may hold any class that it sees, or saw before a budget was used up.
std::optional<Deny> check_temporary_flow(const Request& request, const WriteRule& write,
                                         const sql::Relation& relation, const sql::Column& column) {
    const auto is_another = [&](const auto& shown) {
        return !holds(request, relation, column, {shown.first, {}});
    };
    const bool may_hold_others = std::ranges::any_of(request.role.clear, is_another) ||
                                 std::ranges::any_of(request.role.taken, is_another);
    if (!request.facts.temporary_holds_values || !may_hold_others) return std::nullopt;
    return refuse_by(
        request, write, Reason::class_flow,
        "copy a temporary table that was filled from protected ones into " + column.name + " of " +
            name_of(relation),
        "values of the classes that the role sees in clear may be written only to columns of those "
        "classes; write from the tables themselves");
}

// Who may see a class in clear may not put its values where everybody sees them.
std::optional<Deny> check_flow(const Request& request, const WriteRule& write, const sql::Relation& relation,
                               const sql::Column& column, const sql::WrittenColumn& written) {
    for (const sql::ColumnUse& source : written.from) {
        if (source.temporary) {
            if (auto denied = check_temporary_flow(request, write, relation, column)) return denied;
            continue;
        }
        const auto values = clear_values(request, source.relation, source.number);
        const auto flowing = std::ranges::find_if(
            values, [&](const ClearValue& value) { return !holds(request, relation, column, value); });
        if (flowing == values.end()) continue;
        const sql::Relation& from = *request.policy.catalog().relation(source.relation);
        return refuse_by(
            request, write, Reason::class_flow,
            "copy " + from.column(source.number)->name + " of " + name_of(from) + " into " + column.name +
                " of " + name_of(relation),
            "values of class " + flowing->clazz + " may be written only to columns of that class");
    }
    return std::nullopt;
}

/// A relation, and all that it is a part of.
void collect_wholes(const Request& request, sql::Oid oid, std::set<sql::Oid>& wholes) {
    const sql::Relation* relation = request.policy.catalog().relation(oid);
    if (relation == nullptr || !wholes.insert(oid).second) return;
    for (const sql::Oid parent : relation->parents)
        collect_wholes(request, parent, wholes);
}

/// A relation, all that it is a part of, and those that foreign keys change with it.
void collect_followers(const Request& request, sql::Oid oid, std::set<sql::Oid>& followers) {
    std::set<sql::Oid> wholes;
    collect_wholes(request, oid, wholes);
    for (const sql::Oid one : wholes) {
        if (!followers.insert(one).second) continue;
        for (const sql::ForeignKey& key : request.policy.catalog().relation(one)->referred_by) {
            if (key.on_delete != sql::KeyAction::refuses || key.on_update != sql::KeyAction::refuses)
                collect_followers(request, key.from, followers);
        }
    }
}

/// Whether a row filter of the role hides rows of a protected table with which an index or a foreign key of
/// `relation` compares what is written.
bool hides_people(const Request& request, const sql::Relation& relation) {
    // Those that follow what is written here are written, too.
    std::set<sql::Oid> written;
    collect_followers(request, relation.oid, written);
    std::set<sql::Oid> compared = written;
    for (const auto& [oid, other] : request.policy.catalog().relations()) {
        for (const sql::ForeignKey& key : other.referred_by) {
            std::set<sql::Oid> from;
            collect_wholes(request, key.from, from);
            const bool refers =
                std::ranges::any_of(from, [&](sql::Oid one) { return written.contains(one); });
            if (refers) collect_wholes(request, oid, compared);
            if (written.contains(oid)) compared.merge(from);
        }
    }
    const auto& tables = request.policy.policy().tables;
    return std::ranges::any_of(request.role.rows, [&](const auto& filter) {
        const auto table = tables.find(filter.first);
        if (table != tables.end() && table->second.open) return false;
        const auto dot = filter.first.find('.');
        const sql::Relation* filtered =
            request.policy.catalog().relation(filter.first.substr(0, dot), filter.first.substr(dot + 1));
        if (filtered == nullptr) return true;
        // Of a part the whole is compared with.
        std::set<sql::Oid> wholes;
        collect_wholes(request, filtered->oid, wholes);
        return std::ranges::any_of(wholes, [&](sql::Oid one) { return compared.contains(one); });
    });
}

// Whether another row has a value is told by a unique index or a foreign key when it is written: a row of
// this table or of another one, and row filters do not hold there.
std::optional<Deny> check_compared(const Request& request, const WriteRule& write,
                                   const sql::Relation& relation, sql::AttributeNumber number) {
    const sql::Column* column = relation.column(number);
    const TableRule* table = request.policy.rule_of(relation.oid);
    const std::vector<sql::AttributeNumber> compared = relation.compared_with(number);
    if (column == nullptr || compared.empty()) return std::nullopt;
    if (hides_people(request, relation) && !is_listed(request, write, relation, *column)) {
        return refuse_by(
            request, write, Reason::stripped_column,
            "write column " + column->name + " of " + name_of(relation) +
                ", because an index or a foreign key would tell of rows that its row filters hide",
            "leave the column out; the role may write it where its 'write' lists the column by name");
    }
    if (table == nullptr || table->open) return std::nullopt;
    const auto& otherwise = relation.compared_otherwise;
    const auto tells = [&](sql::AttributeNumber one) {
        const sql::Column& compares = *relation.column(one);
        const bool exactly = std::ranges::find(otherwise, one) == otherwise.end();
        return !sees_through(request.policy, request.role, *table, relation, compares) &&
               !(exactly && view_of(request.policy, request.role, *table, relation, compares).searchable);
    };
    const auto told = std::ranges::find_if(compared, tells);
    if (told == compared.end()) return std::nullopt;
    const bool in_part = std::ranges::find(otherwise, *told) != otherwise.end();
    return refuse_by(
        request, write, Reason::stripped_column,
        "write column " + column->name + " of " + name_of(relation) +
            ", because an index or a foreign key would tell whether another row has the value" +
            (in_part ? ", or a part of it" : ""),
        in_part ? "leave the column out" : "a role that may search the column's class exactly may write it");
}

std::optional<Deny> check_write(const Request& request, const sql::WriteUse& use) {
    if (use.temporary) return std::nullopt;
    const sql::Relation* relation = request.policy.catalog().relation(use.relation);
    if (relation == nullptr) {
        return refuse(request.role, Reason::table_not_granted, "change rows of this relation",
                      writable_tables(request.role));
    }
    const WriteRule* write = request.role.write_rule(table_name(request, *relation));
    if (write == nullptr) {
        return refuse(request.role, Reason::table_not_granted, "change rows of " + name_of(*relation),
                      writable_tables(request.role));
    }
    if (auto denied = check_part(request, *relation)) return denied;
    if (relation->has_rules) {
        return refuse_by(request, *write, Reason::unsupported,
                         "change rows of " + name_of(*relation) + ", which has rules",
                         "rules could do anything in place of the change");
    }
    if (use.deletes && !write->rows) {
        return refuse_by(request, *write, Reason::table_not_granted, "delete rows of " + name_of(*relation),
                         writable_columns(request, *write, *relation));
    }
    for (const sql::WrittenColumn& written : use.columns) {
        const sql::Column* column = relation->column(written.number);
        if (column == nullptr) continue;
        if (!may_write(request, *write, *relation, *column))
            return refuse_column(request, *write, *relation, *column);
        if (auto denied = check_compared(request, *write, *relation, written.number)) return denied;
        if (auto denied = check_flow(request, *write, *relation, *column, written)) return denied;
    }
    for (const sql::AttributeNumber number : use.conflict_columns) {
        if (auto denied = check_compared(request, *write, *relation, number)) return denied;
    }
    return check_written_together(request, *write, *relation, use);
}

// A view of rows that the role does not see as they are: it must be one that the role reads and PostgreSQL
// changes by itself. Whether its condition holds is told by row counts and CHECK OPTION.
std::optional<Deny> check_view(const Request& request, const sql::WriteUse& use) {
    const sql::Relation* view = request.policy.catalog().relation(use.relation);
    if (view == nullptr || view->kind != sql::RelationKind::view ||
        !is_treated(request.policy, request.role, *view))
        return std::nullopt;
    if (auto denied = check_readable(request, *view)) return denied;
    const std::string what = "change rows through view " + name_of(*view);
    if (!use.through)
        return refuse(request.role, Reason::unsupported, what + ": " + use.obstacle,
                      "change the table that it shows; " + writable_tables(request.role));
    if (use.merges)
        return refuse(request.role, Reason::unsupported, what + " by MERGE",
                      "change the table that it shows");
    const sql::Relation& table = *request.policy.catalog().relation(use.through->table);
    const TableRule* rule = request.policy.rule_of(table.oid);
    for (const sql::AttributeNumber number : use.through->chosen_by) {
        const sql::Column* column = table.column(number);
        if (rule == nullptr || column == nullptr) continue;
        const auto shown = view_of(request.policy, request.role, *rule, table, *column);
        if (std::holds_alternative<sql::Open>(shown.treatment)) continue;
        return refuse(
            request.role, Reason::unsupported,
            what + ", which chooses its rows by " + column->name + ": who changes them would learn of it",
            "change " + name_of(table) + " itself");
    }
    return std::nullopt;
}

bool is_protected_target(const Request& request, sql::Oid relation, bool temporary) {
    const TableRule* table = temporary ? nullptr : request.policy.rule_of(relation);
    return table != nullptr && !table->open;
}

// A row count tells of single people what an aggregate would not.
std::optional<Deny> check_target_of_aggregates(const Request& request) {
    if (!request.role.aggregates_only || request.facts.writes.empty()) return std::nullopt;
    const auto reads = [&](const sql::RelationUse& use) {
        return is_protected_target(request, use.relation, use.temporary);
    };
    const auto changes = [&](const sql::WriteUse& use) {
        return is_protected_target(request, of_table(request, use).relation, use.temporary);
    };
    if (std::ranges::none_of(request.facts.relations, reads) &&
        std::ranges::none_of(request.facts.writes, changes))
        return std::nullopt;
    return refuse(request.role, Reason::not_aggregated,
                  "change rows by tables of which it sees only aggregates",
                  "change rows of open tables without naming protected ones");
}

}  // namespace

sql::WriteUse of_table(const Request& request, const sql::WriteUse& use) {
    const sql::Relation* named = request.policy.catalog().relation(use.relation);
    if (!use.through || named == nullptr || !is_treated(request.policy, request.role, *named)) return use;
    sql::WriteUse below = use;
    below.relation = use.through->table;
    below.conflict_columns = use.through->conflict_columns;
    for (std::size_t i = 0; i < below.columns.size(); ++i)
        below.columns[i].number = use.through->columns[i];
    return below;
}

std::optional<Deny> check_writes(const Request& request) {
    for (const sql::WriteUse& use : request.facts.writes) {
        if (auto denied = check_view(request, use)) return denied;
        if (auto denied = check_write(request, of_table(request, use))) return denied;
    }
    return check_target_of_aggregates(request);
}

std::optional<Deny> check_locks(const Request& request) {
    for (const sql::RelationUse& use : request.facts.locked) {
        if (use.temporary) continue;
        const sql::Relation* relation = request.policy.catalog().relation(use.relation);
        if (relation != nullptr && request.role.write_rule(table_name(request, *relation)) != nullptr)
            continue;
        return refuse(request.role, Reason::row_locking,
                      "lock rows" + (relation == nullptr ? std::string() : " of " + name_of(*relation)),
                      "leave out FOR UPDATE or FOR SHARE; " + writable_tables(request.role));
    }
    return std::nullopt;
}

sql::WriteTreatment writable(const Request& request, const sql::Relation& relation) {
    sql::WriteTreatment treatment{.relation = relation.oid};
    const WriteRule* write = request.role.write_rule(table_name(request, relation));
    if (write == nullptr) return treatment;
    treatment.deletes = write->rows;
    for (const sql::Column& column : relation.columns) {
        if (may_write(request, *write, relation, column)) treatment.columns.push_back(column.number);
    }
    return treatment;
}

}  // namespace policies::rules
