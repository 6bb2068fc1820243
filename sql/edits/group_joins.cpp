#include <algorithm>
#include <optional>
#include <set>
#include <vector>

#include "sql/edits/grouped_query.hpp"
#include "sql/edits/person_tables.hpp"
#include "sql/heirs.hpp"

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

/// A table in which nobody has two rows, but for tables that inherit from it and hold the same key again.
bool is_one_of_person(const FromItem& item) {
    if (item.relation == nullptr) return false;
    const auto& key = item.relation->primary_key;
    return is_about_people(&item) &&
           std::ranges::all_of(item.treatment->subjects, [&](const SubjectKey& subject) {
               const Column* column = item.relation->column(subject.column);
               return column != nullptr &&
                      (column->unique || (key.size() == 1 && key.front() == subject.column));
           });
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

    /// Whether the row of `item` is found from those of `reached`, and no second one; what finds it is used.
    bool find_one(const FromItem& item, const Leaves& reached, const Catalog& catalog) {
        const Found found = look_for(item, reached, catalog);
        const bool one = !found.key.empty() || (!found.by_person.empty() && is_one_of_person(item));
        return one && use(found.by_person) && use(found.key);
    }

    /// Whether rows of `item` are found: those of a person, or of a table of nobody by one column.
    bool find_several(const FromItem& item, const Leaves& reached, const Catalog& catalog) {
        const Found found = look_for(item, reached, catalog);
        if (!found.by_person.empty()) return use(found.by_person);
        return !is_about_people(&item) && found.any.size() == 1 && use(found.any);
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
            // Columns that both equal a third one would choose rows where their tables are joined already.
            const auto others =
                std::ranges::count_if(one.places, [](const Place& place) { return !is_subject(place); });
            const bool of_keys = one.used && (one.places.size() <= 2 || others <= 1);
            return apart && (of_keys || std::ranges::all_of(one.places, is_subject));
        });
    }

private:
    struct Class {
        std::set<Place> places;
        bool used = false;
    };

    /// What equals a column of `item` and one of the rows that are reached.
    struct Found {
        std::vector<Class*> any{};
        std::vector<Class*> by_person{};
        std::vector<Class*> key{};
    };

    [[nodiscard]] Found look_for(const FromItem& item, const Leaves& reached, const Catalog& catalog) {
        Found found;
        for (Class& one : classes_) {
            const auto own = std::ranges::find(one.places, &item, &Place::first);
            if (own == one.places.end() || !reaches(one, reached)) continue;
            found.any.push_back(&one);
            const bool same_person =
                is_subject(*own) && std::ranges::any_of(one.places, [&](const Place& place) {
                    return reached.contains(place.first) && is_subject(place);
                });
            if (same_person) found.by_person.push_back(&one);
        }
        if (item.relation != nullptr && !has_heirs(*item.relation, catalog))
            found.key = key_in(item, found.any);
        return found;
    }

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

// Where each person has several rows of several tables, whoever has most of them is what a sum shows: so rows
// may be several once.
bool GroupedQuery::finds_all(const FromItem& root) const {
    EqualColumns equal(*this);
    Leaves reached{&root};
    const auto find = [&](const auto& found) {
        const auto item = std::ranges::find_if(
            query_.leaves, [&](const FromItem* one) { return !reached.contains(one) && found(*one); });
        return item != query_.leaves.end() && reached.insert(*item).second;
    };
    const auto one = [&](const FromItem& item) { return equal.find_one(item, reached, catalog_); };
    int repeated = 0;
    const auto several = [&](const FromItem& item) {
        if (!equal.find_several(item, reached, catalog_)) return false;
        const bool beside_several = is_about_people(&item) && !is_one_of_person(root);
        repeated += beside_several ? 2 : 1;
        return true;
    };
    while (find(one) || find(several)) {
    }
    return (repeated <= 1 || counts_different_only()) && equal.chooses_nothing() &&
           std::ranges::all_of(query_.leaves, [&](const FromItem* item) {
               return !is_about_people(item) || reached.contains(item);
           });
}

bool GroupedQuery::tells_who_is_absent() const {
    const bool counts_different = std::ranges::any_of(query_.calls, [](const resolve::Call* call) {
        return call->role == resolve::CallRole::aggregate && call->node->agg_distinct;
    });
    if (!counts_different || query_.leaves.empty()) return false;
    const FromItem& first = *query_.leaves.front();
    const bool has_one_row_each = query_.leaves.size() == 1 && !is_person_table(first) &&
                                  is_one_of_person(first) && !has_heirs(*first.relation, catalog_);
    return !has_one_row_each;
}

// count(DISTINCT x), whatever the number of rows.
bool GroupedQuery::counts_different_only() const {
    return std::ranges::all_of(query_.calls, [](const resolve::Call* call) {
        return call->role != resolve::CallRole::aggregate || call->node->agg_distinct;
    });
}

}  // namespace sql::edits
