#include <algorithm>
#include <iterator>

#include "sql/edits/rewriter.hpp"
#include "sql/pins.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {

// A relation of which nothing is hidden is printed as it is. Only its name must not come to mean another one:
// each WHERE says so of the relations in its FROM.
Result<void> Rewriter::pin_queries() {
    for (Query& query : found_.queries) {
        if (query.kind != Query::Kind::select || query.modify != nullptr || pinned_.contains(&query))
            continue;
        auto pins = pins_of(query);
        if (!pins) return pins.error();
        if (pins->empty()) continue;
        if (auto done = add_pins(query, *pins); !done) return done;
    }
    return {};
}

Result<std::vector<std::string>> Rewriter::pins_of(const Query& query) {
    auto of_inserted = inserted_pins();
    if (!of_inserted) return of_inserted.error();
    auto pins = open_pins(query);
    std::ranges::move((*of_inserted)[&query], std::back_inserter(pins));
    return pins;
}

std::vector<std::string> Rewriter::open_pins(const Query& query) const {
    std::vector<std::string> pins;
    if (!shared_.pins) return pins;
    for (const FromItem* item : query.leaves) {
        if (item->kind != FromItem::Kind::relation || item->use != FromItem::Use::read ||
            item->treatment != nullptr || !can_be_renamed(*item->relation))
            continue;
        std::string pin = open_pin(*item->relation);
        if (std::ranges::find(pins, pin) == pins.end()) pins.push_back(std::move(pin));
    }
    return pins;
}

Result<void> Rewriter::add_pins(Query& query, const std::vector<std::string>& pins) {
    if (!is_table_command(query)) return add_where(query, pins);
    auto added = conjunction_of(pins);
    if (!added) return added.error();
    if (!is_printed_as_select(query)) {
        table_conditions_[&query] = added->text;
        return {};
    }
    const RangeVar* name = query.leaves.front()->range_var;
    const std::size_t named = token_at(name->location);
    const auto all = tokens_.all();
    std::size_t end = named + (name->schemaname != nullptr ? 3 : 1);
    if (end < all.size() && (all[end].is_op("*") || all[named - 1].is_op("("))) ++end;
    insert_at(end, "WHERE " + added->text);
    query.node->whereClause = and_of(added->operands);
    return {};
}

}  // namespace sql::edits
