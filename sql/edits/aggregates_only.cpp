#include <algorithm>

#include "sql/edits/group_proofs.hpp"
#include "sql/edits/grouped_query.hpp"
#include "sql/edits/rewriter.hpp"

#include "sql/parse/pg_nodes.hpp"

// Every level that reads rows of people shows groups only, each of enough people.
namespace sql::edits {
namespace {

bool reads_people(const resolve::Query& query) {
    return std::ranges::any_of(query.leaves, [](const resolve::FromItem* item) {
        return (item->kind == resolve::FromItem::Kind::relation || is_person_table(*item)) &&
               item->treatment != nullptr;
    });
}

}  // namespace

Result<void> Rewriter::require_aggregates() {
    if (!shared_.treatment.aggregates_only || shared_.shows_no_rows) return {};
    auto done = make_person_tables();
    for (Query& query : found_.queries) {
        if (done && reads_people(query) && person_table_of(query) == nullptr)
            done = require_aggregates(query);
    }
    forget_person_tables();
    return done;
}

Result<void> Rewriter::require_aggregates(Query& query) {
    // SELECT DISTINCT city shows the groups of cities.
    if (is_distinct(query) && !merges_groups(query) && query.stars.empty()) {
        if (auto done = group_instead_of_distinct(query); !done) return done;
    }
    const int enough = shared_.treatment.aggregates_only->min_group;
    const GroupedQuery grouped(memory_, shared_.catalog, found_, query);
    if (auto done = grouped.check(enough); !done) return done;
    std::vector<std::string> keys;
    for (FromItem* item : query.leaves) {
        if (const PersonTable* table = is_person_table(*item) ? person_table_of(*item->query) : nullptr) {
            for (const std::string& key : table->keys)
                keys.push_back(alias_of(*item) + ".\"" + key + "\"");
        }
        if (item->kind != FromItem::Kind::relation || item->treatment == nullptr) continue;
        for (const SubjectKey& subject : item->treatment->subjects) {
            shared_.entered.insert(subject.kind);  // what fails costs a miss
            auto key = key_column(*item, subject.column);
            if (!key) return key.error();
            keys.push_back(*key);
        }
    }
    auto pins = pins_of(query);
    if (!pins) return pins.error();
    pinned_.insert(&query);
    GroupProofs proofs(*this, grouped, query, std::move(keys), enough);
    if (auto done = proofs.add(*pins); !done) return done;
    const bool counted_again = query.place != Query::Place::top && query.node->groupClause != nullptr;
    if (proofs.has_conditions() || (counted_again && enough > 1)) shared_.groups_left_out_below = enough;
    return keep_conditions_out(query);
}

}  // namespace sql::edits
