#include "policies/rules/columns.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include "policies/rules/partitions.hpp"
#include "policies/rules/treatment.hpp"

namespace policies::rules {
namespace {

ColumnView view_by_class(const PolicySet& policy, const Role& role, const std::string& name,
                         const RuleId& because) {
    if (role.sees_clear(name)) return {sql::Open{}, false, because};
    const auto clazz = policy.classes.find(name);
    if (clazz == policy.classes.end() || !clazz->second.mask) return {sql::Stripped{}, false, because};
    return {sql::Masked{*clazz->second.mask}, role.search.contains(name), because};
}

/// An open document without what stands at the paths whose classes the role does not see in clear.
ColumnView view_of_document(const PolicySet& policy, const Role& role, const TableRule& table,
                            const sql::Column& column, ColumnView open) {
    std::vector<sql::mask::Path> paths;
    for (const PathRule& path : table.paths) {
        if (path.column != column.name || role.sees_clear(path.clazz)) continue;
        const auto clazz = policy.classes.find(path.clazz);
        const bool masks = clazz != policy.classes.end() && clazz->second.mask;
        paths.push_back({path.keys, masks ? *clazz->second.mask : sql::Mask(sql::mask::Null{})});
    }
    if (paths.empty()) return open;
    open.treatment = sql::Masked{
        sql::mask::Document{std::make_shared<const std::vector<sql::mask::Path>>(std::move(paths))}};
    return open;
}

std::string visible_columns(const Request& request, const TableRule& table, const sql::Relation& relation) {
    constexpr std::size_t most = 30;
    std::vector<std::string> names;
    for (const sql::Column& column : relation.columns) {
        const auto view = view_of(request.policy, request.role, table, relation, column);
        if (!std::holds_alternative<sql::Stripped>(view.treatment)) names.push_back(column.name);
    }
    return "columns of " + name_of(relation) + " that role " + request.role.name +
           " may read: " + listed(names, most);
}

bool is_stripped(const sql::RelationTreatment& treated, sql::AttributeNumber number) {
    const auto shown = treated.columns.find(number);
    return shown == treated.columns.end() || std::holds_alternative<sql::Stripped>(shown->second);
}

std::optional<Deny> check_column(const Request& request, const sql::ColumnUse& use) {
    const TableRule* table = use.temporary ? nullptr : request.policy.rule_of(use.relation);
    if (use.number == 0 || table == nullptr) return std::nullopt;
    if (table->open && !request.policy.keeps_classes(use.relation)) return std::nullopt;
    const sql::Relation* relation = request.policy.catalog().relation(use.relation);
    if (relation == nullptr) return std::nullopt;  // check_relations refuses it
    const sql::Column* column = relation->column(use.number);
    RuleId because = table->rule;
    std::string what = "a system column";
    if (use.number < 0 && hidden_partition_key(request, *relation).empty()) return std::nullopt;
    if (column != nullptr) {
        const auto view = view_of(request.policy, request.role, *table, *relation, *column);
        if (!std::holds_alternative<sql::Stripped>(view.treatment)) return std::nullopt;
        because = view.because;
        what = "column " + column->name;
    }
    return Deny{Reason::stripped_column, because,
                "role " + request.role.name + " may not read " + what + " of " + name_of(*relation) + " (" +
                    because.text() + ')',
                visible_columns(request, *table, *relation)};
}

}  // namespace

ColumnView view_of(const BoundPolicy& bound, const Role& role, const TableRule& table,
                   const sql::Relation& relation, const sql::Column& column) {
    const PolicySet& policy = bound.policy();
    const ColumnRule* rule = rule_for(table, column.name);
    const RuleId& because = rule != nullptr ? rule->rule : table.rule;
    const auto clazz = bound.class_now(table, relation, column);
    if (rule != nullptr && !rule->computed_from.empty()) {
        const std::string* kept = bound.kept_class(relation.oid, column.number);
        const bool sees_all = std::ranges::all_of(
            rule->computed_from, [&](const std::string& source) { return role.sees_clear(source); });
        if (sees_all && (kept == nullptr || kept->empty() || role.sees_clear(*kept)))
            return {sql::Open{}, false, because};
    }
    if (clazz && clazz->empty()) return {sql::Stripped{}, false, because};
    auto view =
        clazz ? view_by_class(policy, role, *clazz, because) : ColumnView{sql::Open{}, false, because};
    if (!std::holds_alternative<sql::Open>(view.treatment)) return view;
    return view_of_document(policy, role, table, column, std::move(view));
}

bool sees_through(const BoundPolicy& bound, const Role& role, const TableRule& table,
                  const sql::Relation& relation, const sql::Column& column) {
    const auto is_open = [&](const sql::Column& one) {
        return std::holds_alternative<sql::Open>(view_of(bound, role, table, relation, one).treatment);
    };
    const auto& from = column.generated_from;
    return is_open(column) || (!from.empty() && std::ranges::all_of(from, [&](sql::AttributeNumber number) {
               const sql::Column* base = relation.column(number);
               return base != nullptr && is_open(*base);
           }));
}

std::vector<std::string> budgeted_in_clear(const BoundPolicy& bound, const Role& role, const TableRule& table,
                                           const sql::Relation& relation, const sql::Column& column) {
    const auto& budgeted = bound.policy().budgeted_classes;
    std::vector<std::string> shown;
    if (budgeted.empty()) return shown;
    const auto add = [&](const std::string& clazz) {
        if (budgeted.contains(clazz) && role.sees_clear(clazz)) shown.push_back(clazz);
    };
    if (const auto clazz = bound.class_now(table, relation, column)) add(*clazz);
    if (const std::string* kept = bound.kept_class(relation.oid, column.number)) add(*kept);
    if (const ColumnRule* rule = rule_for(table, column.name))
        std::ranges::for_each(rule->computed_from, add);
    for (const PathRule& path : table.paths) {
        if (path.column == column.name) add(path.clazz);
    }
    return shown;
}

std::optional<Deny> check_columns(const Request& request) {
    // Columns of one relation stand side by side.
    std::shared_ptr<const sql::RelationTreatment> treated;
    sql::Oid relation = 0;
    for (const sql::ColumnUse& use : request.facts.columns) {
        if (std::exchange(relation, use.relation) != use.relation)
            treated = known_treatment(request, use.relation);
        if (!use.temporary && treated != nullptr && !is_stripped(*treated, use.number)) continue;
        if (auto denied = check_column(request, use)) return denied;
    }
    return std::nullopt;
}

}  // namespace policies::rules
