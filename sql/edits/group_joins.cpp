#include <algorithm>
#include <set>

#include "sql/edits/grouped_query.hpp"
#include "sql/edits/heirs.hpp"
#include "sql/edits/person_tables.hpp"

#include "sql/parse/pg_nodes.hpp"

// Which tables of people a grouped query may join: such that nobody counts as often as there are others like
// him. So each row of one table finds at most one of each other, by a key of that, or whatever is about the
// same person.
namespace sql::edits {
namespace {

using resolve::FromItem;
using Leaves = std::set<const FromItem*>;

bool is_about_people(const FromItem* item) {
    return item->treatment != nullptr && !item->treatment->subjects.empty();
}

/// The places of these columns of the relation.
std::set<Place> columns_with(const FromItem& item, const std::vector<AttributeNumber>& numbers) {
    std::set<Place> places;
    for (std::size_t i = 0; i < item.columns.size(); ++i) {
        const Column* attribute = item.columns[i].attribute;
        if (attribute != nullptr && std::ranges::find(numbers, attribute->number) != numbers.end())
            places.emplace(&item, static_cast<int>(i));
    }
    return places;
}

std::set<Place> subjects_of(const FromItem& item) {
    std::vector<AttributeNumber> numbers;
    for (const SubjectKey& subject : item.treatment->subjects)
        numbers.push_back(subject.column);
    return columns_with(item, numbers);
}

bool stands_in(const std::set<Place>& places, const Leaves& leaves) {
    return std::ranges::any_of(places, [&](const Place& place) { return leaves.contains(place.first); });
}

}  // namespace

bool GroupedQuery::joins_by_keys() const {
    Leaves people;
    for (const FromItem* item : query_.leaves) {
        if (is_about_people(item)) people.insert(item);
    }
    return people.size() < 2 ||
           std::ranges::any_of(people, [&](const FromItem* root) { return finds_all(*root); });
}

// What is equal besides a key would choose rows, and nothing counts whom that leaves out.
bool GroupedQuery::equates_keys() const {
    std::vector<std::set<Place>> classes;
    for (const auto& [from, to] : equalities_of(text_, query_).columns) {
        for (const Place& place : {from, to}) {
            const bool known =
                std::ranges::any_of(classes, [&](const auto& one) { return one.contains(place); });
            if (!known) classes.push_back(equal_both_ways({place}));
        }
    }
    for (const std::set<Place>& same : classes) {
        Leaves items;
        for (const Place& place : same) {
            const Column* attribute = column_at(place).attribute;
            const bool total = is_person_table(*place.first) && attribute != nullptr && attribute->generated;
            if (total || !items.insert(place.first).second) return false;
        }
        if (!equates_a_key(same)) return false;
    }
    return true;
}

// A person's, or a table's own: all of it, or the part that is equal here. Tables of nobody without one are
// joined by one column.
bool GroupedQuery::equates_a_key(const std::set<Place>& same) const {
    const auto is_part = [](const Place& place) {
        const FromItem& item = *place.first;
        const Column* attribute = column_at(place).attribute;
        if (attribute == nullptr || item.relation == nullptr) return false;
        const bool subject = is_about_people(&item) && subjects_of(item).contains(place);
        return subject || attribute->unique ||
               std::ranges::find(item.relation->primary_key, attribute->number) !=
                   item.relation->primary_key.end();
    };
    if (std::ranges::any_of(same, is_part)) return true;
    const Equalities all = equalities_of(text_, query_);
    return std::ranges::any_of(same, [&](const Place& place) {
        return !is_about_people(place.first) && place.first->relation != nullptr &&
               place.first->relation->primary_key.empty() &&
               std::ranges::none_of(all.columns, [&](const auto& one) {
                   return one.first.first == place.first && one.first != place;
               });
    });
}

bool GroupedQuery::finds_all(const FromItem& root) const {
    Leaves reached{&root};
    for (bool more = true; more;) {
        more = false;
        for (const FromItem* item : query_.leaves) {
            if (reached.contains(item) || !is_found_from(*item, reached)) continue;
            reached.insert(item);
            more = true;
        }
    }
    return std::ranges::all_of(query_.leaves, [&](const FromItem* item) {
        return !is_about_people(item) || reached.contains(item);
    });
}

bool GroupedQuery::is_found_from(const FromItem& item, const Leaves& reached) const {
    if (item.relation == nullptr) return false;
    if (is_about_people(&item)) {
        std::set<Place> theirs;
        for (const FromItem* one : reached) {
            if (is_about_people(one)) theirs.merge(subjects_of(*one));
        }
        theirs = equal_both_ways(std::move(theirs));
        const auto own = subjects_of(item);
        if (std::ranges::any_of(own, [&](const Place& key) { return theirs.contains(key); })) return true;
    }
    if (has_heirs(*item.relation, catalog_)) return false;
    const auto equals_one_there = [&](const Place& key) {
        return stands_in(equal_both_ways({key}), reached);
    };
    const auto& primary = item.relation->primary_key;
    if (const auto keys = columns_with(item, primary);
        !primary.empty() && keys.size() == primary.size() && std::ranges::all_of(keys, equals_one_there))
        return true;
    for (std::size_t i = 0; i < item.columns.size(); ++i) {
        const Column* attribute = item.columns[i].attribute;
        if (attribute != nullptr && attribute->unique && equals_one_there({&item, static_cast<int>(i)}))
            return true;
    }
    return false;
}

}  // namespace sql::edits
