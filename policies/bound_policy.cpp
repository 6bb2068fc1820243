#include "policies/bound_policy.hpp"

#include "policies/bind/check_lists.hpp"
#include "policies/bind/check_role.hpp"
#include "policies/bind/check_table.hpp"
#include "policies/bind/inheritance.hpp"
#include "policies/bind/names.hpp"

namespace policies {
namespace {

// In place of a class's name: neither mask may fit, so the column is stripped for good.
const std::string of_two_classes = "*";
const std::string stripped;

}  // namespace

std::variant<std::shared_ptr<const BoundPolicy>, Mistakes> BoundPolicy::bind(
    std::shared_ptr<const PolicySet> policy, std::shared_ptr<const sql::Catalog> catalog,
    const BoundPolicy* before) {
    load::Findings findings(policy->file);
    std::shared_ptr<BoundPolicy> bound(new BoundPolicy);
    for (const auto& [name, rule] : policy->tables) {
        const sql::Relation* relation = bind::find_relation(rule, *catalog, findings);
        if (relation == nullptr) continue;
        bind::check_table(*policy, rule, *relation, *catalog, findings);
        bound->rules_.emplace(relation->oid, &rule);
    }
    bind::check_listed_keys(*policy, *catalog, findings);
    bind::inherit_rules(*catalog, bound->rules_, findings);

    auto readers = bind::readers_of_protected(*catalog, bound->rules_);
    bound->derived_ = bind::derive_rules(*policy, *catalog, readers, bound->rules_);
    std::erase_if(readers, [&](sql::Oid oid) { return bound->derived_.contains(oid); });
    for (const sql::Oid oid : readers) {
        const sql::Relation* relation = catalog->relation(oid);
        if (relation == nullptr) continue;
        if (const auto listed = bound->rules_.find(oid); listed != bound->rules_.end()) {
            if (relation->kind == sql::RelationKind::materialized_view) {
                bind::check_materialized_view(*policy, *listed->second, *relation, findings);
            }
        } else if (relation->kind != sql::RelationKind::view) {
            bound->tainted_.insert(oid);
        }
    }
    for (const auto& [name, role] : policy->roles) {
        if (!role.unrestricted) bind::check_role(*policy, role, *catalog, readers, findings);
    }
    if (!findings.empty()) return findings.take();
    bound->policy_ = std::move(policy);
    bound->catalog_ = std::move(catalog);
    bound->keep_classes(before);
    return bound;
}

// Numbers of columns and OIDs of tables are not given again: what is kept by them stays true.
void BoundPolicy::keep_classes(const BoundPolicy* before) {
    if (before != nullptr) {
        kept_ = before->kept_;
        documents_ = before->documents_;
    }
    for (const auto& [oid, rule] : rules_) {
        const sql::Relation* relation = catalog_->relation(oid);
        if (rule->open || relation == nullptr) continue;
        for (const sql::Column& column : relation->columns) {
            if (rule->has_paths(column.name)) documents_[oid].try_emplace(column.number, column.name);
            const auto clazz = class_of(*policy_, *rule, *relation, column);
            if (!clazz) continue;
            std::string& kept = kept_[oid].try_emplace(column.number, *clazz).first->second;
            if (kept.empty()) {
                kept = *clazz;
            } else if (!clazz->empty() && kept != *clazz) {
                kept = of_two_classes;
            }
        }
    }
    for (const auto& [oid, columns] : documents_) {
        if (rule_of(oid) == nullptr) tainted_.insert(oid);
    }
    for (const auto& [oid, columns] : kept_) {
        const sql::Relation* relation = catalog_->relation(oid);
        if (relation == nullptr) continue;
        const TableRule* rule = rule_of(oid);
        if (rule == nullptr) tainted_.insert(oid);
        for (const auto& [number, clazz] : columns) {
            const sql::Column* column = relation->column(number);
            if (column == nullptr ||
                (rule != nullptr && class_of(*policy_, *rule, *relation, *column) == clazz))
                continue;
            const bool strips = clazz.empty() || clazz == of_two_classes;
            renamed_.push_back(bind::name_of(*relation) + '.' + column->name +
                               (strips ? " is stripped" : " is shown as of class " + clazz));
        }
    }
}

const std::string* BoundPolicy::kept_class(sql::Oid relation, sql::AttributeNumber column) const {
    const auto columns = kept_.find(relation);
    if (columns == kept_.end()) return nullptr;
    const auto found = columns->second.find(column);
    if (found == columns->second.end()) return nullptr;
    return found->second == of_two_classes ? &stripped : &found->second;
}

std::optional<std::string> BoundPolicy::class_now(const TableRule& table, const sql::Relation& relation,
                                                  const sql::Column& column) const {
    auto clazz = class_of(*policy_, table, relation, column);
    // What is made of a column that is called otherwise now.
    const auto has_class = [&](sql::AttributeNumber number) {
        const sql::Column* base = relation.column(number);
        return base == nullptr || class_now(table, relation, *base).has_value();
    };
    const ColumnRule* rule = rule_for(table, column.name);
    const bool by_name = rule != nullptr && rule->column == column.name;
    if (!clazz && !by_name && !table.open && std::ranges::any_of(column.generated_from, has_class))
        clazz = stripped;
    const std::string* kept = kept_class(relation.oid, column.number);
    if (kept != nullptr && (!clazz || kept->empty())) clazz = *kept;
    // Paths go by the column's name: under another one nobody says what must not be shown of it.
    const auto documents = documents_.find(relation.oid);
    if (documents != documents_.end()) {
        const auto document = documents->second.find(column.number);
        if (document != documents->second.end() && document->second != column.name) return stripped;
    }
    return clazz;
}

const TableRule* BoundPolicy::rule_of(sql::Oid relation) const {
    const auto found = rules_.find(relation);
    return found == rules_.end() ? nullptr : found->second;
}

}  // namespace policies
