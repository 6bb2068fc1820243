#include "sql/edits/shown_rows.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <vector>

#include "sql/edits/column_equalities.hpp"
#include "sql/edits/slots.hpp"
#include "sql/resolve/levels.hpp"
#include "sql/resolve/resolver.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

using resolve::FromItem;
using resolve::Query;
using resolve::Reference;
using resolve::Resolution;

/// Whether an expression of one level may tell of whoever fits.
using SaysSomething = std::function<bool(Node*)>;

/// Whether an expression has a reference of a kind.
template <class IsAbout>
bool names_any(const Resolution& text, Node* expression, const IsAbout& is_about) {
    bool found = false;
    visit_slots(&expression, [&](Node** slot) {
        const auto bound = text.bound.find(*slot);
        found = found || (bound != text.bound.end() && is_about(bound->second));
        return found;
    });
    return found;
}

bool is_star(const ResTarget* target) {
    return IsA(target->val, ColumnRef) &&
           IsA(static_cast<const Node*>(llast(reinterpret_cast<const ColumnRef*>(target->val)->fields)),
               A_Star);
}

/// The columns of the answer that ORDER BY 1, or a name, may stand for. nullopt: it may be one of a star.
std::optional<std::vector<Node*>> outputs_meant_by(const SelectStmt& select, const Node* key) {
    const auto* constant = IsA(key, A_Const) ? reinterpret_cast<const A_Const*>(key) : nullptr;
    const bool by_place = constant != nullptr && !constant->isnull && IsA(&constant->val, Integer);
    const auto* name = IsA(key, ColumnRef) ? reinterpret_cast<const ColumnRef*>(key)->fields : nullptr;
    const bool by_name = list_length(name) == 1;
    std::vector<Node*> meant;
    const ListCell* c = nullptr;
    foreach (c, select.targetList) {
        const auto* target = static_cast<const ResTarget*>(lfirst(c));
        if ((by_place || by_name) && is_star(target)) return std::nullopt;
        if ((by_place && constant->val.ival.ival == foreach_current_index(c) + 1) ||
            (by_name && resolve::output_name(target) == strVal(linitial(name))))
            meant.push_back(target->val);
    }
    return meant;
}

/// In the order of rows nothing tells of whoever fits: who reads the first one alone, or up to where a budget
/// ends, does not choose which it is. So LIMIT does not, either.
bool orders_blindly(const Query& query, const SaysSomething& says_something) {
    const SelectStmt& select = *query.node;
    const bool cut = select.limitCount != nullptr || select.limitOffset != nullptr;
    if (query.windows || select.distinctClause != nullptr || (cut && select.sortClause == nullptr))
        return false;
    const auto is_blind = [&](const List* keys) {
        const ListCell* c = nullptr;
        foreach (c, keys) {
            auto* key = static_cast<Node*>(lfirst(c));
            if (IsA(key, GroupingSet)) return false;
            if (IsA(key, SortBy)) key = reinterpret_cast<SortBy*>(key)->node;
            const auto outputs = outputs_meant_by(select, key);
            if (!outputs || says_something(key) || std::ranges::any_of(*outputs, says_something))
                return false;
        }
        return true;
    };
    return is_blind(select.sortClause) && is_blind(select.groupClause);
}

/// Rows come out of it as they went in: none is left out, but by its WHERE or LIMIT.
bool keeps_rows_as_they_are(const Query& query) {
    const SelectStmt& select = *query.node;
    const bool distinct_on = select.distinctClause != nullptr && linitial(select.distinctClause) != nullptr;
    return query.kind == Query::Kind::select && !query.sets && select.havingClause == nullptr && !distinct_on;
}

// Whether each row of `item` stands in a row of `from`.
bool keeps(const FromItem& from, const FromItem& item) {
    if (&from == &item) return true;
    if (from.kind != FromItem::Kind::join) return false;
    const JoinType type = from.join->jointype;
    return ((type == JOIN_LEFT || type == JOIN_FULL) && keeps(*from.left, item)) ||
           ((type == JOIN_RIGHT || type == JOIN_FULL) && keeps(*from.right, item));
}

// Whether each row of what it reads of `item` comes out of its query, by itself or in a group.
bool leaves_out_nothing(const FromItem& item) {
    const Query& query = *item.level;
    return keeps_rows_as_they_are(query) && query.node->whereClause == nullptr &&
           query.node->limitCount == nullptr && query.node->limitOffset == nullptr &&
           query.from.size() == 1 && keeps(*query.from.front(), item);
}

}  // namespace

bool comes_out_whole(const Resolution& text, const Query& query) {
    if (&query == text.root) return text.rows != resolve::Rows::some_left_out;
    if (query.inserted) return comes_out_whole(text, *query.parent);
    return std::ranges::any_of(text.items, [&](const FromItem& item) {
        const bool reads = item.kind == FromItem::Kind::cte || item.kind == FromItem::Kind::subselect;
        return reads && item.query == &query && leaves_out_nothing(item) &&
               comes_out_whole(text, *item.level);
    });
}

resolve::Rows rows_of(const Resolution& text, const FromItem& view) {
    const Query& query = *view.level;
    const SelectStmt& select = *query.node;
    if (!leaves_out_nothing(view) || !comes_out_whole(text, query)) return resolve::Rows::some_left_out;
    const bool plain = &query == text.root && query.from.front() == &view && !query.grouped() &&
                       !query.windows && select.sortClause == nullptr && select.distinctClause == nullptr;
    return plain ? text.rows : resolve::Rows::all_come_out;
}

namespace {

/// Neither the conditions of `query` nor the order of its rows tells of whoever fits, nor do those around it.
bool comes_out_blindly(const Resolution& text, const Query& query, const SaysSomething& says_something) {
    if (!keeps_rows_as_they_are(query) || query.modify != nullptr ||
        says_something(query.node->whereClause) || !orders_blindly(query, says_something))
        return false;
    if (&query == text.root) return text.rows == resolve::Rows::as_they_are;
    const auto reads = [&](const FromItem& item) {
        return (item.kind == FromItem::Kind::cte || item.kind == FromItem::Kind::subselect) &&
               item.query == &query;
    };
    const auto reader = std::ranges::find_if(text.items, reads);
    if (reader == text.items.end() || std::ranges::count_if(text.items, reads) != 1 ||
        reader->level->from.size() != 1 || reader->level->from.front() != &*reader || !query.stars.empty())
        return false;
    const auto says_around = [&](const Reference& reference) {
        if (reference.item != &*reader) return false;
        if (reference.column < 0) return true;
        const int output = reader->columns[static_cast<std::size_t>(reference.column)].output;
        if (output < 0 || output >= list_length(query.node->targetList)) return true;
        return says_something(static_cast<ResTarget*>(list_nth(query.node->targetList, output))->val);
    };
    return comes_out_blindly(text, *reader->level,
                             [&](Node* expression) { return names_any(text, expression, says_around); });
}

bool may_leave_empty(const FromItem& join, const FromItem& side) {
    const JoinType type = join.join->jointype;
    return (join.right == &side && (type == JOIN_LEFT || type == JOIN_FULL)) ||
           (join.left == &side && (type == JOIN_RIGHT || type == JOIN_FULL));
}

/// The columns of an item choose no rows of its FROM, but by the join that may leave it empty.
bool chooses_no_others(const Resolution& text, const Query& query, const FromItem& fitting) {
    const auto is_of_it = [&](const FromItem* item) { return item != nullptr && is_member(item, fitting); };
    const auto names_it = [&](const Reference& reference) { return is_of_it(reference.item); };
    for (const FromItem& item : text.items) {
        if (item.level != &query || is_of_it(&item)) continue;
        const bool reads_it =
            item.query != nullptr && std::ranges::any_of(text.bound, [&](const auto& bound) {
                return names_it(bound.second) && resolve::is_inside(bound.second.written_in, *item.query);
            });
        if (reads_it || (item.kind == FromItem::Kind::function && item.slot != nullptr &&
                         names_any(text, *item.slot, names_it)))
            return false;
        if (item.kind != FromItem::Kind::join || may_leave_empty(item, fitting)) continue;
        const bool merges = std::ranges::any_of(item.columns, [&](const resolve::ItemColumn& column) {
            return column.merged != nullptr && (is_of_it(member_with(column.origin, column.origin_column)) ||
                                                is_of_it(member_with(column.merged, column.merged_column)));
        });
        if (merges || names_any(text, item.join->quals, names_it)) return false;
    }
    return true;
}

}  // namespace

bool shows_every_row(const Resolution& text, const Query& query, const FromItem& fitting) {
    const auto names_it = [&](const Reference& reference) { return is_member(reference.item, fitting); };
    return chooses_no_others(text, query, fitting) && comes_out_blindly(text, query, [&](Node* expression) {
               return names_any(text, expression, names_it);
           });
}

bool shows_every_row(const Resolution& text, const Query& query, const Query& fitting) {
    const SubLink* link = fitting.link;
    return link != nullptr && stands_in(link, reinterpret_cast<Node*>(query.node->targetList)) &&
           comes_out_blindly(text, query, [&](Node* expression) { return stands_in(link, expression); });
}

}  // namespace sql::edits
