#pragma once

#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "sql/resolve/model.hpp"

namespace sql::edits {

/// A column of a FROM item.
using Place = std::pair<const resolve::FromItem*, int>;

[[nodiscard]] inline const resolve::ItemColumn& column_at(const Place& place) {
    return place.first->columns[static_cast<std::size_t>(place.second)];
}

/// The place in a table of what a join shows.
[[nodiscard]] inline Place in_table(Place place) {
    while (column_at(place).attribute == nullptr && column_at(place).origin != nullptr)
        place = {column_at(place).origin, column_at(place).origin_column};
    return place;
}

/// What holds of every row that a query shows, whatever the tables hold.
struct Equalities {
    std::vector<std::pair<Place, Place>> columns;  // the second equals the first
    std::vector<std::pair<Place, const Node*>> values;
};

/// Where the column that `node` names stands; nullopt if it names none, or a whole row.
[[nodiscard]] std::optional<Place> place_of(const resolve::Resolution& text, const Node* node);

/// What WHERE, joins and IN (SELECT ...) say of the rows of `query`.
[[nodiscard]] Equalities equalities_of(const resolve::Resolution& text, const resolve::Query& query);
/// Appends what the joins within `item` say.
void collect_equalities(const resolve::Resolution& text, const resolve::FromItem& item, Equalities& out);

/// Every column that must equal one of `known`, also inside of sub-selects.
[[nodiscard]] std::set<Place> equal_to(std::set<Place> known, const Equalities& equalities);

/// True when `part` is `item` or, for a join, one of its members.
[[nodiscard]] bool is_member(const resolve::FromItem* part, const resolve::FromItem& item);

/// Which member of `item` shows the column, where that is a join.
[[nodiscard]] const resolve::FromItem* member_with(const resolve::FromItem* item, int column);

[[nodiscard]] const Node* without_casts(const Node* node);

}  // namespace sql::edits
