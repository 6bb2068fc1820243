#include <algorithm>
#include <set>

#include "sql/edits/rewriter.hpp"
#include "sql/print/quote.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

using Key = std::pair<const resolve::FromItem*, int>;

/// The plain columns of a grouping list, by reference, ordinal or output name. Grouping sets are left alone.
std::set<Key> grouped_columns(const resolve::Query& query, const resolve::Resolution& found) {
    std::set<Key> keys;
    const ListCell* c = nullptr;
    foreach (c, query.node->groupClause) {
        const Node* node = static_cast<const Node*>(lfirst(c));
        const resolve::OutputColumn* output = nullptr;
        if (IsA(node, A_Const)) {
            const auto* constant = reinterpret_cast<const A_Const*>(node);
            if (constant->isnull || !IsA(&constant->val, Integer)) continue;
            const auto ordinal = static_cast<std::size_t>(constant->val.ival.ival);
            if (ordinal >= 1 && ordinal <= query.outputs.size()) output = &query.outputs[ordinal - 1];
        } else if (IsA(node, ColumnRef)) {
            const auto bound = found.bound.find(node);
            if (bound != found.bound.end()) {
                keys.emplace(bound->second.item, bound->second.column);
                continue;
            }
            const auto* ref = reinterpret_cast<const ColumnRef*>(node);
            const auto named =
                std::ranges::find(query.outputs, strVal(linitial(ref->fields)), &resolve::OutputColumn::name);
            if (named != query.outputs.end()) output = &*named;
        }
        if (output != nullptr && output->item != nullptr) keys.emplace(output->item, output->column);
    }
    return keys;
}

bool holds_primary_key(const resolve::FromItem& item, const std::set<Key>& grouped) {
    return std::ranges::all_of(item.relation->primary_key, [&](AttributeNumber number) {
        return std::ranges::any_of(grouped, [&](const Key& key) {
            const auto index = static_cast<std::size_t>(key.second);
            return key.first == &item && key.second >= 0 && item.columns[index].attribute != nullptr &&
                   item.columns[index].attribute->number == number;
        });
    });
}

}  // namespace

// GROUP BY the primary key lets every other column stand ungrouped; a sub-select has no primary key.
Result<void> Rewriter::group_dependent_columns() {
    for (Query& query : found_.queries) {
        if (query.kind != Query::Kind::select || query.node->groupClause == nullptr) continue;
        if (auto done = group_dependent_columns(query); !done) return done;
    }
    return {};
}

Result<void> Rewriter::group_dependent_columns(Query& query) {
    std::set<Key> grouped = grouped_columns(query, found_);
    std::vector<std::string> more;
    for (const FromItem* item : query.leaves) {
        const bool replaced = item->kind == FromItem::Kind::relation && item->treatment != nullptr;
        if (!replaced || item->relation->primary_key.empty() || !holds_primary_key(*item, grouped)) continue;
        const auto add = [&](int column) {
            if (column < 0 || !grouped.emplace(item, column).second) return;
            more.push_back(alias_of(*item) + "." +
                           print::quote_identifier(item->columns[static_cast<std::size_t>(column)].name));
        };
        for (const auto& [node, reference] : found_.bound) {
            if (reference.item == item && !reference.in_aggregate) add(reference.column);
        }
        const bool starred = std::ranges::any_of(query.stars, [&](const resolve::Star& star) {
            return star.item == nullptr || star.item == item;
        });
        for (std::size_t i = 0; starred && i < item->columns.size(); ++i)
            add(static_cast<int>(i));
    }
    // The order of a hash table must not show in the text: cached plans go by it.
    std::ranges::sort(more);
    return more.empty() ? Result<void>() : append_grouping(query, more);
}

}  // namespace sql::edits
