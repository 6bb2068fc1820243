#include "gateway/backend/written_together.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace gateway::backend {
namespace {

using Numbers = std::vector<sql::AttributeNumber>;

/// The columns of `parent` that are called as those of `child`; 0 for each that it lacks.
Numbers numbers_in(const sql::Relation& parent, const sql::Relation& child, const Numbers& of_child) {
    Numbers numbers;
    for (const sql::AttributeNumber number : of_child) {
        const sql::Column* column = child.column(number);
        const sql::Column* same = column == nullptr ? nullptr : parent.column(column->name);
        numbers.push_back(same == nullptr ? sql::AttributeNumber{0} : same->number);
    }
    std::ranges::sort(numbers);
    return numbers;
}

void add_to(sql::Relation& parent, const sql::Relation& child) {
    for (const sql::AttributeNumber number : numbers_in(parent, child, child.compared)) {
        if (number > 0) parent.compared.push_back(number);
    }
    std::ranges::sort(parent.compared);
    parent.compared.erase(std::ranges::unique(parent.compared).begin(), parent.compared.end());
    for (const sql::Tie& tie : child.ties) {
        sql::Tie same{.columns = numbers_in(parent, child, tie.columns),
                      .with_other_rows = tie.with_other_rows,
                      .null_tests = numbers_in(parent, child, tie.null_tests),
                      .equalities = numbers_in(parent, child, tie.equalities),
                      .only_where_null = numbers_in(parent, child, tie.only_where_null),
                      .held = numbers_in(parent, child, tie.held)};
        if (same.columns.back() > 0 && std::ranges::find(parent.ties, same) == parent.ties.end())
            parent.ties.push_back(std::move(same));
    }
    for (const sql::ForeignKey& key : child.referred_by) {
        sql::ForeignKey same = key;
        same.columns = numbers_in(parent, child, key.columns);
        parent.referred_by.push_back(std::move(same));
    }
}

}  // namespace

void hand_up(std::unordered_map<sql::Oid, sql::Relation>& relations) {
    std::unordered_map<sql::Oid, sql::Relation> children;
    for (const auto& [oid, relation] : relations) {
        if (!relation.parents.empty()) children.emplace(oid, relation);
    }
    for (const auto& [oid, child] : children) {
        std::set<sql::Oid> seen;
        std::vector<sql::Oid> open = child.parents;
        while (!open.empty()) {
            const auto parent = relations.find(open.back());
            open.pop_back();
            if (parent == relations.end() || !seen.insert(parent->first).second) continue;
            add_to(parent->second, child);
            open.insert(open.end(), parent->second.parents.begin(), parent->second.parents.end());
        }
    }
}

}  // namespace gateway::backend
