#include "policies/rules/treatment.hpp"

#include <algorithm>
#include <set>

#include "policies/rules/columns.hpp"
#include "policies/rules/derived.hpp"
#include "policies/rules/relations.hpp"
#include "policies/rules/writes.hpp"

namespace policies::rules {
namespace {

/// Not a role of which budgets have taken something: nobody holds such a one.
bool is_of_policy(const Request& request) {
    const auto& roles = request.policy.policy().roles;
    const auto found = roles.find(request.role.name);
    return found != roles.end() && &found->second == &request.role;
}

sql::RelationTreatment make_treatment(const Request& request, const TableRule& table,
                                      const sql::Relation& relation) {
    sql::RelationTreatment treatment;
    treatment.relation = relation.oid;
    treatment.columns.reserve(relation.columns.size());
    std::optional<Role> at_limit;
    if (request.role.masks_at_limit && !request.role.write.empty())
        at_limit = masked_role(request.role, std::nullopt);
    for (const sql::Column& column : relation.columns) {
        auto view = view_of(request.policy, request.role, table, relation, column);
        treatment.columns.emplace(column.number, std::move(view.treatment));
        if (at_limit) {
            auto later = view_of(request.policy, *at_limit, table, relation, column).treatment;
            if (auto* masked = std::get_if<sql::Masked>(&later))
                treatment.at_limit.emplace(column.number, std::move(masked->mask));
        }
        if (view.searchable) treatment.searchable.push_back(column.number);
        auto in_clear = budgeted_in_clear(request.policy, request.role, table, relation, column);
        if (!in_clear.empty()) treatment.in_clear.emplace(column.number, std::move(in_clear));
    }
    for (const SubjectRule& subject : table.subjects) {
        if (const sql::Column* column = relation.column(subject.column)) {
            treatment.subjects.push_back({subject.kind, column->number});
        }
    }
    if (const auto filter = row_filter_of(request.role, table)) treatment.row_filter = filter->first;
    return treatment;
}

std::shared_ptr<const sql::RelationTreatment> treatment_of(const Request& request, const TableRule& table,
                                                           const sql::Relation& relation) {
    if (auto known = known_treatment(request, relation.oid)) return known;
    auto made = std::make_shared<const sql::RelationTreatment>(make_treatment(request, table, relation));
    if (is_of_policy(request)) request.policy.treatments().keep(request.role, made);
    return made;
}

void add_relation(const Request& request, const sql::Relation& relation, Rewrite& rewrite) {
    const TableRule* rule = request.policy.rule_of(relation.oid);
    std::optional<TableRule> unlisted;
    if (rule == nullptr) {
        rule = &unlisted.emplace(TableRule{
            .schema = relation.schema, .name = relation.name, .open = true, .rule = request.role.rule});
    }
    rewrite.because.push_back(rule->rule);
    if (!is_treated(request.policy, request.role, relation)) return;
    auto treatment = treatment_of(request, *rule, relation);
    if (treatment->row_filter) {
        rewrite.treatment.user = request.user;
        rewrite.because.push_back(row_filter_of(request.role, *rule)->second);
    }
    rewrite.treatment.relations.push_back(std::move(treatment));
}

bool is_shown_by_tables(const sql::Relation& relation) { return relation.kind == sql::RelationKind::view; }

}  // namespace

bool is_treated(const BoundPolicy& policy, const Role& role, const sql::Relation& relation) {
    if (is_shown_by_tables(relation)) {
        return std::ranges::any_of(relation.sources, [&](sql::Oid oid) {
            const sql::Relation* source = policy.catalog().relation(oid);
            return source != nullptr && is_treated(policy, role, *source);
        });
    }
    const TableRule* rule = policy.rule_of(relation.oid);
    if (rule != nullptr && !rule->open) return true;
    if (policy.keeps_classes(relation.oid)) return true;
    if (rule != nullptr) return row_filter_of(role, *rule).has_value();
    return row_filter_of(role, TableRule{.schema = relation.schema, .name = relation.name}).has_value();
}

std::shared_ptr<const sql::RelationTreatment> known_treatment(const Request& request, sql::Oid relation) {
    return is_of_policy(request) ? request.policy.treatments().find(request.role, relation) : nullptr;
}

namespace {

/// Groups of at least min_group people tell of nobody in particular. What changes rows of people is no group.
bool counts_people(const Request& request) {
    return !request.role.aggregates_only ||
           std::ranges::any_of(request.facts.writes, [&](const sql::WriteUse& written) {
               const sql::Relation* relation = request.policy.catalog().relation(written.relation);
               return !written.temporary && relation != nullptr &&
                      is_treated(request.policy, request.role, *relation);
           });
}

}  // namespace

Rewrite rewrite_of(const Request& request) {
    Rewrite rewrite;
    rewrite.because.push_back(request.role.rule);
    if (counts_people(request)) rewrite.treatment.counted = request.role.counted;
    rewrite.treatment.aggregates_only = request.role.aggregates_only;
    rewrite.treatment.writes_rows = !request.role.write.empty();
    if (!rewrite.treatment.counted.empty() && request.facts.relations.size() > 1) {
        const auto changeable = changeable_tables(request);
        for (const sql::RelationUse& use : request.facts.relations) {
            if (changeable.contains(use.relation)) rewrite.treatment.changeable.push_back(use.relation);
        }
    }
    rewrite.treatment.hides_places =
        !request.role.counted.empty() && (!request.role.write.empty() || request.role.may_run("temp_tables"));
    std::set<sql::Oid> seen;
    const auto add = [&](sql::Oid oid) {
        const sql::Relation* relation = request.policy.catalog().relation(oid);
        if (relation == nullptr || is_shown_by_tables(*relation) || !seen.insert(oid).second) return;
        add_relation(request, *relation, rewrite);
    };
    for (const sql::RelationUse& use : request.facts.relations) {
        if (!use.temporary) add(use.relation);
    }
    std::set<sql::Oid> changed;
    for (const sql::WriteUse& written : request.facts.writes) {
        if (written.temporary) {
            if (changed.insert(written.relation).second)
                rewrite.treatment.writes.push_back(
                    {.relation = written.relation, .columns = {}, .deletes = true, .temporary = true});
            continue;
        }
        const sql::WriteUse use = of_table(request, written);
        add(use.relation);
        const sql::Relation* relation = request.policy.catalog().relation(use.relation);
        if (relation != nullptr && changed.insert(use.relation).second)
            rewrite.treatment.writes.push_back(writable(request, *relation));
    }
    return rewrite;
}

}  // namespace policies::rules
