#pragma once

#include <string>
#include <vector>

#include "sql/catalog.hpp"
#include "sql/resolve/model.hpp"
#include "sql/treatment.hpp"

namespace sql::edits {

/// A sub-select with rows about one person each: SELECT customer_id, count(*) AS n FROM orders GROUP BY
/// customer_id. The query around it makes groups over it as over a table of people.
struct PersonTable {
    resolve::FromItem* item = nullptr;  // in the FROM of the query around it
    Relation relation;                  // what its columns are; totals are `generated` ones
    RelationTreatment treatment;
    std::vector<std::string> keys;  // the hidden outputs by which the people of its rows are counted
};

[[nodiscard]] inline bool is_person_table(const resolve::FromItem& item) {
    return item.kind == resolve::FromItem::Kind::subselect && item.relation != nullptr;
}

}  // namespace sql::edits
