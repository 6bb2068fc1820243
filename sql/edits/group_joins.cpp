#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include "sql/edits/grouped_query.hpp"
#include "sql/edits/heirs.hpp"
#include "sql/edits/person_tables.hpp"

#include "sql/parse/pg_nodes.hpp"

// Which tables a grouped query may join: such that nobody counts as often as there are others like him. So
// each row of one table of people finds at most one of each other, by a key of that, or whatever is about the
// same person. What is equal besides would choose rows, and nothing counts whom that leaves out.
namespace sql::edits {
namespace {

using resolve::FromItem;
using Leaves = std::set<const FromItem*>;

bool is_about_people(const FromItem* item) {
    return item->treatment != nullptr && !item->treatment->subjects.empty();
}

bool is_subject(const Place& place) {
    const Column* attribute = column_at(place).attribute;
    return attribute != nullptr && is_about_people(place.first) &&
           std::ranges::find(place.first->treatment->subjects, attribute->number, &SubjectKey::column) !=
               place.first->treatment->subjects.end();
}

}  // namespace

/// Columns that are equal in every row.
class GroupedQuery::EqualColumns {
public:
    explicit EqualColumns(const GroupedQuery& query) {
        const auto& leaves = query.query_.leaves;
        const auto stands_here = [&](const Place& place) {
            return std::ranges::find(leaves, place.first) != leaves.end();
        };
        for (const auto& [from, to] : equalities_of(query.text_, query.query_).columns) {
            if (!stands_here(from) || !stands_here(to)) continue;  // what a sub-query is compared with
            if (!is_known(from)) classes_.push_back({query.equal_both_ways({from})});
        }
        for (Class& one : classes_)
            std::erase_if(one.places, [&](const Place& place) { return !stands_here(place); });
    }

    /// Whether the row of `item` is found from those of `reached`; what finds it is used.
    bool find(const FromItem& item, const Leaves& reached, const Catalog& catalog) {
        std::vector<Class*> by_person;
        std::vector<Class*> any;
        for (Class& one : classes_) {
            const auto own = std::ranges::find(one.places, &item, &Place::first);
            if (own == one.places.end() || !reaches(one, reached)) continue;
            any.push_back(&one);
            const bool same_person =
                is_subject(*own) && std::ranges::any_of(one.places, [&](const Place& place) {
                    return reached.contains(place.first) && is_subject(place);
                });
            if (same_person) by_person.push_back(&one);
        }
        std::vector<Class*> key;
        if (item.relation != nullptr && !has_heirs(*item.relation, catalog)) key = key_in(item, any);
        if (!by_person.empty() || !key.empty()) return use(by_person) && use(key);
        // A table of nobody may stand several times beside a row, by one column.
        return !is_about_people(&item) && any.size() == 1 && use(any);
    }

    /// Whether nothing else is equal but the people of the rows, and no total of a person.
    [[nodiscard]] bool chooses_nothing() const {
        return std::ranges::all_of(classes_, [](const Class& one) {
            Leaves items;
            const bool apart = std::ranges::all_of(one.places, [&](const Place& place) {
                const Column* attribute = column_at(place).attribute;
                const bool total =
                    is_person_table(*place.first) && attribute != nullptr && attribute->generated;
                return !total && items.insert(place.first).second;
            });
            return apart && (one.used || std::ranges::all_of(one.places, is_subject));
        });
    }

private:
    struct Class {
        std::set<Place> places;
        bool used = false;
    };

    [[nodiscard]] bool is_known(const Place& place) const {
        return std::ranges::any_of(classes_, [&](const Class& one) { return one.places.contains(place); });
    }

    static bool reaches(const Class& one, const Leaves& reached) {
        return std::ranges::any_of(one.places,
                                   [&](const Place& place) { return reached.contains(place.first); });
    }

    /// The classes that hold all of the primary key, or a unique column.
    static std::vector<Class*> key_in(const FromItem& item, const std::vector<Class*>& classes) {
        const auto class_with = [&](AttributeNumber number) -> Class* {
            const auto found = std::ranges::find_if(classes, [&](const Class* one) {
                return std::ranges::any_of(one->places, [&](const Place& place) {
                    const Column* attribute = column_at(place).attribute;
                    return place.first == &item && attribute != nullptr && attribute->number == number;
                });
            });
            return found == classes.end() ? nullptr : *found;
        };
        std::vector<Class*> key;
        for (const AttributeNumber number : item.relation->primary_key) {
            if (Class* one = class_with(number)) key.push_back(one);
        }
        if (!key.empty() && key.size() == item.relation->primary_key.size()) return key;
        for (const Column& column : item.relation->columns) {
            Class* one = column.unique ? class_with(column.number) : nullptr;
            if (one != nullptr) return {one};
        }
        return {};
    }

    static bool use(const std::vector<Class*>& classes) {
        for (Class* one : classes)
            one->used = true;
        return true;
    }

    std::vector<Class> classes_;
};

bool GroupedQuery::joins_by_keys() const {
    return std::ranges::any_of(query_.leaves, [this](const FromItem* item) {
        return item->treatment != nullptr && finds_all(*item);
    });
}

bool GroupedQuery::finds_all(const FromItem& root) const {
    EqualColumns equal(*this);
    Leaves reached{&root};
    for (bool more = true; more;) {
        more = false;
        for (const FromItem* item : query_.leaves) {
            if (reached.contains(item) || !equal.find(*item, reached, catalog_)) continue;
            reached.insert(item);
            more = true;
        }
    }
    return equal.chooses_nothing() && std::ranges::all_of(query_.leaves, [&](const FromItem* item) {
               return !is_about_people(item) || reached.contains(item);
           });
}

}  // namespace sql::edits
