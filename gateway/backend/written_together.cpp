#include "gateway/backend/written_together.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace gateway::backend {
namespace {

using Numbers = std::vector<sql::AttributeNumber>;

/// The columns of `parent` that are called as those of `child`. For each that it lacks 0, and what that is
/// generated from.
Numbers numbers_in(const sql::Relation& parent, const sql::Relation& child, const Numbers& of_child) {
    Numbers numbers;
    for (const sql::AttributeNumber number : of_child) {
        const sql::Column* column = child.column(number);
        const sql::Column* same = column == nullptr ? nullptr : parent.column(column->name);
        numbers.push_back(same == nullptr ? sql::AttributeNumber{0} : same->number);
        if (same != nullptr || column == nullptr) continue;
        const Numbers from = numbers_in(parent, child, column->generated_from);
        numbers.insert(numbers.end(), from.begin(), from.end());
    }
    std::ranges::sort(numbers);
    return numbers;
}

/// The same without 0.
Numbers known_in(const sql::Relation& parent, const sql::Relation& child, const Numbers& of_child) {
    Numbers numbers = numbers_in(parent, child, of_child);
    std::erase(numbers, sql::AttributeNumber{0});
    return numbers;
}

void unite(Numbers& some, const Numbers& more) {
    some.insert(some.end(), more.begin(), more.end());
    std::ranges::sort(some);
    some.erase(std::ranges::unique(some).begin(), some.end());
}

void add_to(sql::Relation& parent, const sql::Relation& child) {
    unite(parent.compared, known_in(parent, child, child.compared));
    unite(parent.compared_otherwise, known_in(parent, child, child.compared_otherwise));
    for (sql::Column& column : parent.columns) {
        if (const sql::Column* same = child.column(std::string_view(column.name)))
            unite(column.generated_from, known_in(parent, child, same->generated_from));
    }
    // No row is inserted into a child that has more columns, unless by a trigger: then no column is sure to
    // be NULL where it is left out.
    const bool by_trigger = std::ranges::all_of(parent.columns, &sql::Column::has_default);
    for (const sql::Tie& tie : child.ties) {
        const Numbers columns = numbers_in(parent, child, tie.columns);
        const bool is_of_child = !columns.empty() && columns.front() == 0;
        sql::Tie same{.columns = columns,
                      .with_other_rows = tie.with_other_rows && (!is_of_child || by_trigger),
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
