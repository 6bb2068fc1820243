#include "policies/rules/partitions.hpp"

#include <set>
#include <vector>

#include "policies/rules/columns.hpp"

namespace policies::rules {
namespace {

std::string own_hidden_key(const Request& request, const sql::Relation& relation) {
    const TableRule* table = request.policy.rule_of(relation.oid);
    if (table == nullptr || (table->open && !request.policy.keeps_classes(relation.oid))) return {};
    for (const sql::AttributeNumber number : relation.partition_key) {
        const sql::Column* column = relation.column(number);
        if (column == nullptr) continue;
        const auto view = view_of(request.policy, request.role, *table, relation, *column);
        if (!std::holds_alternative<sql::Open>(view.treatment)) return column->name;
    }
    return {};
}

std::string hidden_key_above(const Request& request, const sql::Relation& relation) {
    std::set<sql::Oid> seen;
    std::vector<sql::Oid> open = relation.parents;
    while (!open.empty()) {
        const sql::Relation* parent = request.policy.catalog().relation(open.back());
        open.pop_back();
        if (parent == nullptr || !seen.insert(parent->oid).second) continue;
        if (auto name = own_hidden_key(request, *parent); !name.empty()) return name;
        open.insert(open.end(), parent->parents.begin(), parent->parents.end());
    }
    return {};
}

}  // namespace

std::string hidden_partition_key(const Request& request, const sql::Relation& relation) {
    auto name = own_hidden_key(request, relation);
    return name.empty() ? hidden_key_above(request, relation) : name;
}

std::optional<Deny> check_part(const Request& request, const sql::Relation& relation) {
    const std::string key = hidden_key_above(request, relation);
    if (key.empty()) return std::nullopt;
    return refuse(request.role, Reason::stripped_column,
                  "name " + name_of(relation) + " by itself: its rows are chosen by " + key +
                      ", which the role does not see as it is",
                  "name the table that it is a part of");
}

std::optional<Deny> check_counted_parts(const Request& request) {
    for (const sql::RelationUse& use : request.facts.relations) {
        const sql::Relation* relation =
            use.temporary ? nullptr : request.policy.catalog().relation(use.relation);
        if (relation == nullptr) continue;
        const std::string key = hidden_partition_key(request, *relation);
        if (key.empty()) continue;
        return refuse(request.role, Reason::stripped_column,
                      "run EXPLAIN ANALYZE over " + name_of(*relation) + ": it counts rows by " + key +
                          ", which the role does not see as it is",
                      "use plain EXPLAIN");
    }
    return std::nullopt;
}

}  // namespace policies::rules
