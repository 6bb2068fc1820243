#include <algorithm>
#include <set>

#include "sql/edits/equality.hpp"
#include "sql/edits/rewriter.hpp"
#include "sql/print/quote.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

using Key = std::pair<const resolve::FromItem*, int>;
using Keys = std::set<Key>;

/// A column of a join is that of the member whose values it always has.
Key base_of(const resolve::FromItem* item, int column) {
    while (item->kind == resolve::FromItem::Kind::join && column >= 0) {
        const resolve::ItemColumn& c = item->columns[static_cast<std::size_t>(column)];
        const bool right = c.merged != nullptr && item->join->jointype == JOIN_RIGHT;
        if (c.origin == nullptr || (c.merged != nullptr && item->join->jointype == JOIN_FULL)) break;
        column = right ? c.merged_column : c.origin_column;
        item = right ? c.merged : c.origin;
    }
    return {item, column};
}

/// Reads a grouping list: which plain columns stand in it, by reference, ordinal or output name.
class Grouping {
public:
    Grouping(const resolve::Query& query, const resolve::Resolution& found) : query_(query), found_(found) {
        common_ = in_every_set(query.node->groupClause);
    }

    /// Columns of every grouping set: what depends on them may stand ungrouped.
    [[nodiscard]] const Keys& common() const { return common_; }
    /// Columns of some grouping set.
    [[nodiscard]] const Keys& anywhere() const { return anywhere_; }

private:
    // The sets of a list are combined with each other: what one element always has, all have.
    Keys in_every_set(const List* list) {
        Keys keys;
        const ListCell* c = nullptr;
        foreach (c, list)
            keys.merge(of(static_cast<const Node*>(lfirst(c))));
        return keys;
    }

    Keys of(const Node* node) {
        if (IsA(node, RowExpr) && reinterpret_cast<const RowExpr*>(node)->row_format == COERCE_IMPLICIT_CAST)
            return in_every_set(reinterpret_cast<const RowExpr*>(node)->args);
        if (!IsA(node, GroupingSet)) {
            Keys keys;
            if (const auto key = column_of(node)) {
                keys.insert(*key);
                anywhere_.insert(*key);
            }
            return keys;
        }
        const auto* set = reinterpret_cast<const GroupingSet*>(node);
        if (set->kind != GROUPING_SET_SETS) {
            in_every_set(set->content);
            return {};  // ROLLUP, CUBE and () have the empty set
        }
        Keys common;
        const ListCell* c = nullptr;
        foreach (c, set->content) {
            Keys one = of(static_cast<const Node*>(lfirst(c)));
            if (c == list_head(set->content)) {
                common = std::move(one);
            } else {
                std::erase_if(common, [&](const Key& key) { return !one.contains(key); });
            }
        }
        return common;
    }

    [[nodiscard]] std::optional<Key> column_of(const Node* node) const {
        const resolve::OutputColumn* output = nullptr;
        if (IsA(node, A_Const)) {
            const auto* constant = reinterpret_cast<const A_Const*>(node);
            if (constant->isnull || !IsA(&constant->val, Integer)) return std::nullopt;
            const auto ordinal = static_cast<std::size_t>(constant->val.ival.ival);
            if (ordinal >= 1 && ordinal <= query_.outputs.size()) output = &query_.outputs[ordinal - 1];
        } else if (IsA(node, ColumnRef)) {
            const auto bound = found_.bound.find(node);
            if (bound != found_.bound.end()) return base_of(bound->second.item, bound->second.column);
            const auto* ref = reinterpret_cast<const ColumnRef*>(node);
            const auto named = std::ranges::find(query_.outputs, strVal(linitial(ref->fields)),
                                                 &resolve::OutputColumn::name);
            if (named != query_.outputs.end()) output = &*named;
        }
        if (output == nullptr || output->item == nullptr) return std::nullopt;
        return base_of(output->item, output->column);
    }

    const resolve::Query& query_;
    const resolve::Resolution& found_;
    Keys anywhere_;
    Keys common_;
};

bool holds_primary_key(const resolve::FromItem& item, const Keys& grouped) {
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
    const Grouping grouping(query, found_);
    std::vector<std::string> more;
    for (const FromItem* item : query.leaves) {
        const bool replaced = item->kind == FromItem::Kind::relation && item->treatment != nullptr;
        if (!replaced || item->unreachable || item->relation->primary_key.empty() ||
            !holds_primary_key(*item, grouping.common()))
            continue;
        std::set<int> added;
        const auto add = [&](int column) -> Result<void> {
            if (column < 0 || grouping.anywhere().contains({item, column}) || !added.insert(column).second)
                return {};
            return group_by_column(*item, column, more);
        };
        const bool starred = starred_.contains(item);
        bool whole = starred;
        for (const resolve::Reference& reference : query.references) {
            if (base_of(reference.item, reference.column).first != item || reference.in_aggregate ||
                !reference.after_grouping)
                continue;
            if (reference.is_whole_row() && !rebuilds_row(*item)) {
                more.push_back(alias_of(*item));
            } else if (reference.is_whole_row()) {
                whole = true;
            } else if (reference.system) {
                more.push_back(hidden_owner(*item) + "." +
                               print::quote_identifier(strVal(llast(reference.node->fields))));
            } else if (auto done = add(base_of(reference.item, reference.column).second); !done) {
                return done;
            }
        }
        for (std::size_t i = 0; whole && i < item->columns.size(); ++i) {
            if (auto done = add(static_cast<int>(i)); !done) return done;
        }
        const bool aggregates = std::ranges::any_of(added, [&](int column) {
            return aggregated_.contains({item, column});
        });
        if (aggregates && starred) spelled_.insert(&query);
    }
    std::ranges::sort(more);
    more.erase(std::unique(more.begin(), more.end()), more.end());
    return more.empty() ? Result<void>() : append_grouping(query, more);
}

Result<void> Rewriter::group_by_column(const FromItem& item, int column, std::vector<std::string>& more) {
    const resolve::ItemColumn& shown = item.columns[static_cast<std::size_t>(column)];
    switch (equality_of(shown.attribute->type, shared_.catalog)) {
        case Equality::has:
            more.push_back(alias_of(item) + "." + print::quote_identifier(shown.name));
            return {};
        case Equality::none:
        case Equality::none_in_array: break;
    }
    return aggregate_column(item, column);
}

// What stands for a column where the rows of a group have become one.
std::string Rewriter::shown_after_grouping(const FromItem& item, std::size_t column) const {
    const std::string name = alias_of(item) + "." + print::quote_identifier(item.columns[column].name);
    if (!aggregated_.contains({&item, static_cast<int>(column)})) return name;
    const Column& own = *item.columns[column].attribute;
    if (equality_of(own.type, shared_.catalog) == Equality::none)
        return "((\"pg_catalog\".\"array_agg\"(" + name + "))[1])";
    // An array of arrays has no first array: each goes into a row of the table's own type.
    std::string row;
    for (const Column& other : item.relation->columns)
        row += (row.empty() ? "" : ", ") + (other.number == own.number ? name : "NULL");
    return "((\"pg_catalog\".\"array_agg\"(ROW(" + row +
           ")::" + print::quote_qualified(item.relation->schema, item.relation->name) + "))[1])." +
           print::quote_identifier(own.name);
}

// The rows of a group have all the same value: its first is taken.
Result<void> Rewriter::aggregate_column(const FromItem& item, int column) {
    aggregated_.insert({&item, column});
    for (const resolve::Reference& reference : item.level->references) {
        if (base_of(reference.item, reference.column) != Key(&item, column) || reference.in_aggregate ||
            !reference.after_grouping)
            continue;
        auto done = replace_expression(reinterpret_cast<Node*>(reference.node),
                                       token_at(reference.node->location), end_of_reference(reference.node),
                                       shown_after_grouping(item, static_cast<std::size_t>(column)),
                                       reference.written_in);
        if (!done) return done;
    }
    return {};
}

}  // namespace sql::edits
