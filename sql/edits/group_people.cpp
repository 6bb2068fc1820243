#include <algorithm>
#include <set>

#include "sql/edits/grouped_query.hpp"
#include "sql/edits/times.hpp"

#include "sql/parse/pg_nodes.hpp"

// Which columns of a grouped query name a person.
namespace sql::edits {
namespace {

/// A row's name. Beside others in the key, a time only says when, and what partitions are listed by only
/// where: tables that are partitioned by them must have them there. Nor is it a name beside a person's key.
bool names_a_row(const resolve::FromItem& item, const Column& column) {
    const auto& key = item.relation->primary_key;
    const auto& listed = item.relation->list_keys;
    if (std::ranges::find(key, column.number) == key.end()) return false;
    const bool beside_a_person =
        item.treatment != nullptr &&
        std::ranges::any_of(item.treatment->subjects, [&](const SubjectKey& subject) {
            return subject.column != column.number && std::ranges::find(key, subject.column) != key.end();
        });
    return key.size() == 1 || (!beside_a_person && !is_time(column.type) &&
                               std::ranges::find(listed, column.number) == listed.end());
}

}  // namespace

// The key of a person, or of one of his rows: nobody else could stand in such a group.
bool GroupedQuery::is_of_one(const Node* key) const {
    const auto place = IsA(key, ColumnRef) ? place_of(text_, key) : std::nullopt;
    return place && is_of_one(*place);
}

bool GroupedQuery::is_of_one(const Place& place) const {
    if (place.first->treatment == nullptr || place.first->treatment->subjects.empty()) return false;
    const auto& subjects = place.first->treatment->subjects;
    const Column* column = column_at(place).attribute;
    if (column == nullptr) return false;
    const bool row = names_a_row(*place.first, *column) && place.first->relation->primary_key.size() == 1;
    return row || std::ranges::find(subjects, column->number, &SubjectKey::column) != subjects.end() ||
           refers_to_a_row(*place.first, *column);
}

// By a foreign key, to a row of another table that refers to the same person, as lines of an order do.
bool GroupedQuery::refers_to_a_row(const FromItem& item, const Column& column) const {
    if (item.treatment == nullptr) return false;
    const auto& own = item.relation->refers_to;
    const auto refers_by = [&](const Referred& key, AttributeNumber number) {
        return key.columns.size() == 1 && key.columns.front() == number;
    };
    return std::ranges::any_of(own, [&](const Referred& row) {
        const Relation* other = refers_by(row, column.number) ? catalog_.relation(row.to) : nullptr;
        return other != nullptr && std::ranges::any_of(own, [&](const Referred& person) {
                   return person.to != row.to &&
                          std::ranges::any_of(
                              item.treatment->subjects,
                              [&](const SubjectKey& subject) { return refers_by(person, subject.column); }) &&
                          std::ranges::find(other->refers_to, person.to, &Referred::to) !=
                              other->refers_to.end();
               });
    });
}

// A subject's key, whatever must equal one, and keys of his rows: of tables that are about people, or that
// are joined to those by a key of them. Not the keys of what many people share, such as cities.
bool GroupedQuery::names_a_person(const Place& place) const {
    const auto is_subject = [](const FromItem& item, const Column& column) {
        return item.treatment != nullptr &&
               std::ranges::find(item.treatment->subjects, column.number, &SubjectKey::column) !=
                   item.treatment->subjects.end();
    };
    std::set<Place> keys;
    const auto add = [&](const FromItem& item, const auto& is_key) {
        for (std::size_t i = 0; i < item.columns.size(); ++i) {
            const Column* attribute = item.columns[i].attribute;
            if (item.relation == nullptr || attribute == nullptr || is_key(item, *attribute))
                keys.emplace(&item, static_cast<int>(i));
        }
    };
    for (const FromItem* item : query_.leaves)
        add(*item, is_subject);
    keys = equal_both_ways(std::move(keys));
    const auto is_row_key = [this](const FromItem& item, const Column& column) {
        return column.unique || names_a_row(item, column) || refers_to_a_row(item, column);
    };
    std::set<const FromItem*> known;
    for (bool more = true; more;) {
        more = false;
        for (const FromItem* item : query_.leaves) {
            const bool of_people =
                std::ranges::any_of(keys, [&](const Place& key) { return key.first == item; });
            if (!of_people || !known.insert(item).second) continue;
            add(*item, is_row_key);
            keys = equal_both_ways(std::move(keys));
            more = true;
        }
    }
    return keys.contains(place);
}

bool GroupedQuery::names_people(Node* value) const {
    return std::ranges::any_of(columns_in(value), [&](const Node* ref) {
        const auto place = place_of(text_, ref);
        return place && names_a_person(*place);
    });
}

std::set<Place> GroupedQuery::equal_both_ways(std::set<Place> known) const {
    Equalities both = equalities_of(text_, query_);
    const auto forward = both.columns;
    for (const auto& [from, to] : forward)
        both.columns.emplace_back(to, from);
    return equal_to(std::move(known), both);
}

}  // namespace sql::edits
