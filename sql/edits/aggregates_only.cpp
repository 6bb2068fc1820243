#include <algorithm>

#include "sql/edits/group_proofs.hpp"
#include "sql/edits/grouped_query.hpp"
#include "sql/edits/rewriter.hpp"

#include "sql/parse/pg_nodes.hpp"

// Every level that reads rows of people shows groups only, each of enough people.
namespace sql::edits {

Result<void> Rewriter::require_aggregates() {
    if (!shared_.treatment.aggregates_only || shared_.shows_no_rows) return {};
    for (Query& query : found_.queries) {
        const bool reads_treated = std::ranges::any_of(query.leaves, [](const FromItem* item) {
            return item->kind == FromItem::Kind::relation && item->treatment != nullptr;
        });
        if (!reads_treated) continue;
        if (auto done = require_aggregates(query); !done) return done;
    }
    return {};
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
    if (proofs.has_conditions()) shared_.groups_left_out_below = enough;
    return keep_conditions_out(query);
}

}  // namespace sql::edits
