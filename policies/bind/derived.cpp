#include "policies/bind/derived.hpp"

#include <algorithm>
#include <set>
#include <string_view>

#include "policies/bind/names.hpp"
#include "sql/masks.hpp"
#include "sql/view_lineage.hpp"

namespace policies::bind {
namespace {

/// What is known of the columns from which another one comes.
struct Origin {
    bool unclear = false;  // one of them is stripped for everybody, or nothing is known of it
    bool open = false;     // one of them is open
    bool computed = false;
    std::set<std::string> classes;
    std::vector<PathRule> paths;
};

class Deriver {
public:
    Deriver(const PolicySet& policy, const sql::Catalog& catalog, const std::unordered_set<sql::Oid>& readers,
            std::unordered_map<sql::Oid, const TableRule*>& rules)
        : policy_(policy), catalog_(catalog), readers_(readers), rules_(rules) {}

    DerivedRules all() {
        for (const auto& [oid, relation] : catalog_.relations()) {
            if (relation.kind == sql::RelationKind::materialized_view) derive(relation);
        }
        return std::move(derived_);
    }

private:
    // What it reads comes first; a materialized view cannot read itself.
    void derive(const sql::Relation& view) {
        if (derived_.contains(view.oid)) return;
        const auto listed = rules_.find(view.oid);
        const bool by_name = listed != rules_.end() && listed->second->derived;
        const bool by_default =
            listed == rules_.end() && !policy_.defaults.deny_unlisted_tables && readers_.contains(view.oid);
        if (!by_name && !by_default) return;
        auto rule = std::make_unique<TableRule>();
        rule->schema = view.schema;
        rule->name = view.name;
        if (by_name) rule->rule = listed->second->rule;
        rule->derived.emplace();
        const auto lineage = sql::lineage_of(view, catalog_);
        if (lineage)
            fill(*rule, view, *lineage);
        else
            rule->derived->unclear = lineage.error().message;
        // Nothing is open but what was found to be.
        rule->columns.push_back({.column = "*", .clazz = std::string(), .rule = rule->rule});
        rules_[view.oid] = rule.get();
        derived_.emplace(view.oid, std::move(rule));
    }

    const TableRule* rule_of(sql::Oid oid) {
        const sql::Relation* relation = catalog_.relation(oid);
        if (relation != nullptr && relation->kind == sql::RelationKind::materialized_view) derive(*relation);
        const auto found = rules_.find(oid);
        return found == rules_.end() ? nullptr : found->second;
    }

    void fill(TableRule& rule, const sql::Relation& view, const sql::ViewLineage& lineage) {
        for (const sql::ReadRelation& read : lineage.reads) {
            const sql::Relation* relation = catalog_.relation(read.relation);
            if (relation == nullptr || is_system_schema(relation->schema)) continue;
            if (const TableRule* source = rule_of(read.relation)) {
                if (rule.rule.file.empty()) rule.rule = source->rule;
                add_source(rule, view, read, *relation, *source);
            }
        }
        for (std::size_t i = 0; i < view.columns.size(); ++i)
            add_column(rule, view.columns[i], lineage.columns[i]);
        Origin chosen;
        for (const sql::ColumnUse& use : lineage.chosen_by)
            add(use, chosen);
        for (const PathRule& path : chosen.paths)
            chosen.classes.insert(path.clazz);
        if (chosen.unclear || lineage.chosen_by_unknown) chosen.classes.insert(std::string());
        rule.derived->chosen_by.assign(chosen.classes.begin(), chosen.classes.end());
    }

    void add_column(TableRule& rule, const sql::Column& column, const sql::ShownColumn& shown) {
        Origin origin{.computed = !shown.plain};
        for (const sql::ColumnUse& use : shown.from)
            add(use, origin);
        ColumnRule derived{.column = column.name, .clazz = std::nullopt, .rule = rule.rule};
        if (origin.unclear || shown.unknown) {
            derived.clazz.emplace();
        } else if (!keeps_its_class(origin, column, derived)) {
            for (const PathRule& path : origin.paths)
                origin.classes.insert(path.clazz);
            if (!origin.classes.empty()) {
                derived.clazz.emplace();
                derived.computed_from.assign(origin.classes.begin(), origin.classes.end());
            }
            origin.paths.clear();
        }
        for (PathRule& path : origin.paths) {
            path.column = column.name;
            rule.paths.push_back(std::move(path));
        }
        rule.columns.push_back(std::move(derived));
    }

    /// The column is one of the table's own, of one class, and may hold paths.
    bool keeps_its_class(const Origin& origin, const sql::Column& column, ColumnRule& derived) {
        if (origin.computed || origin.classes.size() > 1 || (origin.open && !origin.classes.empty()))
            return false;
        for (const PathRule& path : origin.paths) {
            const auto paths = std::make_shared<const std::vector<sql::mask::Path>>(
                1, sql::mask::Path{path.keys, mask_of(path.clazz)});
            if (!sql::check_mask(sql::mask::Document{paths}, column, catalog_)) return false;
        }
        if (origin.classes.empty()) return true;
        if (!sql::check_mask(mask_of(*origin.classes.begin()), column, catalog_)) return false;
        derived.clazz = *origin.classes.begin();
        return true;
    }

    [[nodiscard]] sql::Mask mask_of(const std::string& clazz) const {
        const auto found = policy_.classes.find(clazz);
        if (found == policy_.classes.end() || !found->second.mask) return sql::mask::Null{};
        return *found->second.mask;
    }

    void add(const sql::ColumnUse& use, Origin& origin) {
        const sql::Relation* relation = catalog_.relation(use.relation);
        const sql::Column* column = relation == nullptr ? nullptr : relation->column(use.number);
        if (column == nullptr) {
            origin.unclear = true;
            return;
        }
        const TableRule* rule = rule_of(use.relation);
        if (rule == nullptr) {
            const bool open = !policy_.defaults.deny_unlisted_tables && !readers_.contains(use.relation) &&
                              !is_system_schema(relation->schema);
            (open ? origin.open : origin.unclear) = true;
            return;
        }
        for (const PathRule& path : rule->paths) {
            if (path.column == column->name) origin.paths.push_back(path);
        }
        const ColumnRule* listed = rule_for(*rule, column->name);
        if (!rule->open && listed != nullptr && !listed->computed_from.empty()) {
            origin.computed = true;
            origin.classes.insert(listed->computed_from.begin(), listed->computed_from.end());
            return;
        }
        const auto clazz = class_of(policy_, *rule, *relation, *column);
        if (!clazz)
            origin.open = true;
        else if (clazz->empty())
            origin.unclear = true;
        else
            origin.classes.insert(*clazz);
    }

    /// The view's column that holds `name` of a relation that it reads; empty: none.
    static std::string carried(const sql::Relation& view, const sql::ReadRelation& read,
                               const sql::Relation& relation, std::string_view name) {
        const sql::Column* column = name.empty() ? nullptr : relation.column(name);
        const auto found = column == nullptr ? read.carried.end() : read.carried.find(column->number);
        return found == read.carried.end() ? std::string() : view.columns[found->second].name;
    }

    static void add_subjects(TableRule& rule, const sql::Relation& view, const sql::ReadRelation& read,
                             const sql::Relation& relation, const TableRule& source,
                             std::vector<std::string>& uncarried) {
        for (const SubjectRule& subject : source.subjects) {
            const std::string column = carried(view, read, relation, subject.column);
            const auto is_same = [&](const SubjectRule& other) {
                return other.kind == subject.kind && other.column == column;
            };
            if (column.empty())
                uncarried.push_back(subject.kind);
            else if (std::ranges::none_of(rule.subjects, is_same))
                rule.subjects.push_back({subject.kind, column, subject.rule});
        }
    }

    void add_source(TableRule& rule, const sql::Relation& view, const sql::ReadRelation& read,
                    const sql::Relation& relation, const TableRule& source) {
        std::vector<std::string> uncarried;
        add_subjects(rule, view, read, relation, source, uncarried);
        if (source.derived) {
            rule.derived->sources.push_back({.table = source.schema + '.' + source.name,
                                             .uncarried = std::move(uncarried),
                                             .key = {},
                                             .carried_key = {}});
            for (SourceRule below : source.derived->sources) {
                below.carried_key = carried(view, read, relation, below.carried_key);
                rule.derived->sources.push_back(std::move(below));
            }
            if (!source.derived->unclear.empty())
                rule.derived->unclear = source.schema + '.' + source.name + ", " + source.derived->unclear;
            return;
        }
        std::string key;
        const sql::Relation* named = catalog_.relation(source.schema, source.name);
        if (named != nullptr && named->primary_key.size() == 1) {
            if (const auto* column = named->column(named->primary_key.front())) key = column->name;
        }
        rule.derived->sources.push_back({.table = source.schema + '.' + source.name,
                                         .uncarried = std::move(uncarried),
                                         .key = key,
                                         .carried_key = carried(view, read, relation, key)});
    }

    const PolicySet& policy_;
    const sql::Catalog& catalog_;
    const std::unordered_set<sql::Oid>& readers_;
    std::unordered_map<sql::Oid, const TableRule*>& rules_;
    DerivedRules derived_;
};

}  // namespace

DerivedRules derive_rules(const PolicySet& policy, const sql::Catalog& catalog,
                          const std::unordered_set<sql::Oid>& readers,
                          std::unordered_map<sql::Oid, const TableRule*>& rules) {
    return Deriver(policy, catalog, readers, rules).all();
}

}  // namespace policies::bind
