#include "policies/rules/relations.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "policies/bind/names.hpp"
#include "policies/rules/derived.hpp"
#include "policies/rules/partitions.hpp"
#include "sql/functions.hpp"

namespace policies::rules {
namespace {

/// Whether the role's `tables` hold this relation, by its own name or by that of the parent whose rule it
/// has.
bool granted(const Request& request, const sql::Relation& relation) {
    const TableRule* rule = request.policy.rule_of(relation.oid);
    if (rule != nullptr) return request.role.may_read(rule->schema + '.' + rule->name);
    return request.role.may_read(name_of(relation));
}

/// Whether the policy says of a relation how to show it, or lets the unlisted be open.
bool known(const Request& request, const sql::Relation& relation) {
    if (request.policy.rule_of(relation.oid) != nullptr) return true;
    return !request.policy.policy().defaults.deny_unlisted_tables &&
           !request.policy.shows_protected_rows(relation.oid);
}

Deny refuse_unlisted(const Request& request, const sql::Relation& relation) {
    return refuse(request.role, Reason::unlisted_table,
                  "read " + name_of(relation) + ": the policy does not list it",
                  readable_tables(request.role));
}

Deny refuse_ungranted(const Request& request, const sql::Relation& relation) {
    return refuse(request.role, Reason::table_not_granted, "read " + name_of(relation),
                  readable_tables(request.role));
}

std::optional<Deny> check_system_relation(const Request& request, const sql::Relation& relation) {
    if (sql::is_schema_description(relation.schema, relation.name)) return std::nullopt;
    const auto danger = sql::danger_of_relation(relation.schema, relation.name);
    const auto words = danger
                           ? sql::words_of(*danger)
                           : sql::DangerWords{"it is not known to only describe the schema",
                                              "Catalogs that only describe the schema may be read, such as "
                                              "pg_class, pg_attribute and information_schema.columns."};
    return refuse(request.role, Reason::system_catalog,
                  "read " + name_of(relation) + ": " + std::string(words.reason), std::string(words.hint));
}

std::optional<Deny> check_named(const Request& request, const sql::Relation& relation) {
    if (bind::is_system_schema(relation.schema)) return check_system_relation(request, relation);
    if (!known(request, relation)) return refuse_unlisted(request, relation);
    if (!granted(request, relation)) return refuse_ungranted(request, relation);
    return std::nullopt;
}

std::optional<Deny> check_through_view(const Request& request, const sql::Relation& relation,
                                       const sql::Relation& view) {
    if (auto denied = check_named(request, view)) return denied;
    if (bind::is_system_schema(view.schema)) return std::nullopt;  // a description, and so is what it reads
    if (bind::is_system_schema(relation.schema)) return check_system_relation(request, relation);
    if (relation.kind == sql::RelationKind::view || known(request, relation)) return std::nullopt;
    return refuse_unlisted(request, relation);
}

bool is_protected(const Request& request, const sql::RelationUse& use) {
    const TableRule* rule = use.temporary ? nullptr : request.policy.rule_of(use.relation);
    return rule != nullptr && !rule->open;
}

}  // namespace

std::set<sql::Oid> changeable_tables(const Request& request) {
    const sql::Catalog& catalog = request.policy.catalog();
    std::set<sql::Oid> found;
    if (request.role.write.empty()) return found;
    std::vector<sql::Oid> open;
    for (const auto& [oid, relation] : catalog.relations()) {
        if (may_write(request, oid)) open.push_back(oid);
    }
    while (!open.empty()) {
        const sql::Relation* relation = catalog.relation(open.back());
        open.pop_back();
        if (relation == nullptr || !found.insert(relation->oid).second) continue;
        open.insert(open.end(), relation->parents.begin(), relation->parents.end());
        open.insert(open.end(), relation->sources.begin(), relation->sources.end());  // of a view
        for (const sql::ForeignKey& key : relation->referred_by) {
            if (key.on_delete != sql::KeyAction::refuses || key.on_update != sql::KeyAction::refuses)
                open.push_back(key.from);
        }
    }
    return found;
}

namespace {

// Joined to rows that the role chose itself, a group could be made of any people.
std::optional<Deny> check_aggregates(const Request& request) {
    const auto& uses = request.facts.relations;
    const auto protects = [&](const sql::RelationUse& use) { return is_protected(request, use); };
    if (!request.role.aggregates_only || std::ranges::none_of(uses, protects)) return std::nullopt;
    if (std::ranges::any_of(uses, &sql::RelationUse::temporary)) {
        return refuse(request.role, Reason::not_aggregated,
                      "read temporary tables together with tables of which it sees only aggregates",
                      "keep the aggregates in a temporary table, and read that by itself");
    }
    const auto changeable = changeable_tables(request);
    const auto written = std::ranges::find_if(uses, [&](const sql::RelationUse& use) {
        return !protects(use) && changeable.contains(use.relation);
    });
    if (written == uses.end()) return std::nullopt;
    const std::string why = may_write(request, written->relation)
                                ? "whose rows it may change"
                                : "whose rows a view or a foreign key lets it change";
    return refuse(request.role, Reason::not_aggregated,
                  "read " + name_of(*request.policy.catalog().relation(written->relation)) + ", " + why +
                      ", together with tables of which it sees only aggregates",
                  "read each by itself");
}

/// Where a sequence stands tells how many rows its table had: nothing to whoever may read them all, and is
/// not asked how many he reads. pg_dump --data-only asks for it.
bool shows_sequence(const Request& request, const sql::Relation& sequence) {
    const sql::Relation* table = request.policy.catalog().relation(sequence.owned_by);
    if (sequence.kind != sql::RelationKind::sequence || table == nullptr || !request.role.counted.empty() ||
        request.role.aggregates_only || check_named(request, *table))
        return false;
    const TableRule* rule = request.policy.rule_of(table->oid);
    const TableRule unlisted{.schema = table->schema, .name = table->name};
    return !row_filter_of(request.role, rule != nullptr ? *rule : unlisted);
}

std::optional<Deny> check_relation(const Request& request, const sql::RelationUse& use) {
    if (use.temporary) return std::nullopt;
    const sql::Relation* relation = request.policy.catalog().relation(use.relation);
    if (relation != nullptr && shows_sequence(request, *relation)) return std::nullopt;
    if (relation == nullptr || !bind::holds_rows(relation->kind)) {
        return refuse(request.role, Reason::unsupported, "read what is neither a table nor a view",
                      readable_tables(request.role));
    }
    if (use.names_only) return std::nullopt;
    if (const TableRule* rule = request.policy.rule_of(use.relation)) {
        if (auto denied = check_derived(request, *rule)) return denied;
    }
    if (auto denied = check_part(request, *relation)) return denied;
    if (!use.through_view) return check_named(request, *relation);
    const sql::Relation* view = request.policy.catalog().relation(*use.through_view);
    if (view == nullptr) return refuse_unlisted(request, *relation);
    return check_through_view(request, *relation, *view);
}

}  // namespace

std::optional<Deny> check_readable(const Request& request, const sql::Relation& relation) {
    return check_named(request, relation);
}

bool may_write(const Request& request, sql::Oid relation) {
    const sql::Relation* table = request.policy.catalog().relation(relation);
    if (table == nullptr) return false;
    const TableRule* rule = request.policy.rule_of(relation);
    const std::string name = rule != nullptr ? rule->schema + '.' + rule->name : name_of(*table);
    return request.role.write_rule(name) != nullptr;
}

std::optional<Deny> check_relations(const Request& request) {
    for (const sql::RelationUse& use : request.facts.relations) {
        if (auto denied = check_relation(request, use)) return denied;
    }
    return check_aggregates(request);
}

}  // namespace policies::rules
