#include "sql/edits/absent_people.hpp"

#include <algorithm>
#include <string_view>

#include "sql/edits/column_equalities.hpp"
#include "sql/edits/slots.hpp"
#include "sql/resolve/levels.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

using resolve::FromItem;
using resolve::Query;
using resolve::Reference;
using resolve::Resolution;

/// What an expression reads.
struct Sides {
    int outer = 0;  // references to rows around
    bool inner = false;
    bool asks = false;  // a sub-query
};

template <class IsOuter>
Sides sides_of(const Resolution& text, Node* expression, const IsOuter& is_outer) {
    Sides sides;
    visit_slots(&expression, [&](Node** slot) {
        sides.asks = sides.asks || IsA(*slot, SubLink);
        const auto bound = text.bound.find(*slot);
        if (bound == text.bound.end()) return false;
        if (is_outer(bound->second))
            ++sides.outer;
        else
            sides.inner = true;
        return false;
    });
    return sides;
}

/// How many references to rows around stand alone on one side of an =, among the operands of AND.
template <class IsOuter>
int compared_by_equality(const Resolution& text, Node* condition, const IsOuter& is_outer) {
    if (condition == nullptr) return 0;
    if (IsA(condition, BoolExpr) && reinterpret_cast<BoolExpr*>(condition)->boolop == AND_EXPR) {
        int compared = 0;
        const ListCell* c = nullptr;
        foreach (c, reinterpret_cast<BoolExpr*>(condition)->args)
            compared += compared_by_equality(text, static_cast<Node*>(lfirst(c)), is_outer);
        return compared;
    }
    const Sides all = sides_of(text, condition, is_outer);
    if (all.asks) return 0;
    if (!all.inner) return all.outer;
    if (!IsA(condition, A_Expr)) return 0;
    const auto* comparison = reinterpret_cast<A_Expr*>(condition);
    if (comparison->kind != AEXPR_OP || comparison->lexpr == nullptr ||
        std::string_view(strVal(llast(comparison->name))) != "=")
        return 0;
    const Sides left = sides_of(text, comparison->lexpr, is_outer);
    const Sides right = sides_of(text, comparison->rexpr, is_outer);
    const bool apart = (left.outer == 0 || !left.inner) && (right.outer == 0 || !right.inner);
    return apart ? all.outer : 0;
}

/// Rows come out of it as they went in: none is left out, but by its WHERE.
bool leaves_out_by_where_alone(const Query& query) {
    const SelectStmt& select = *query.node;
    const bool distinct_on = select.distinctClause != nullptr && linitial(select.distinctClause) != nullptr;
    return query.kind == Query::Kind::select && !query.sets && select.havingClause == nullptr &&
           !distinct_on && select.limitCount == nullptr && select.limitOffset == nullptr;
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
    return leaves_out_by_where_alone(query) && query.node->whereClause == nullptr && query.from.size() == 1 &&
           keeps(*query.from.front(), item);
}

}  // namespace

bool fits_by_equality(const Resolution& text, const Query& inner) {
    const auto is_outer = [&](const Reference& reference) {
        return !resolve::is_inside(reference.item->level, inner);
    };
    const auto outer = std::ranges::count_if(text.bound, [&](const auto& bound) {
        return resolve::is_inside(bound.second.written_in, inner) && is_outer(bound.second);
    });
    if (outer == 0) return true;
    return inner.kind == Query::Kind::select && inner.modify == nullptr &&
           compared_by_equality(text, inner.node->whereClause, is_outer) == outer;
}

bool fits_by_equality(const Resolution& text, const FromItem& join, const FromItem& empty_side) {
    const auto is_of_side = [&](const FromItem& item) { return is_member(&item, empty_side); };
    const auto is_outer = [&](const Reference& reference) { return !is_of_side(*reference.item); };
    const auto reads_by_equality = [&](const FromItem& item) {
        return item.kind != FromItem::Kind::subselect || !is_of_side(item) || !item.subselect->lateral ||
               fits_by_equality(text, *item.query);
    };
    return std::ranges::all_of(text.items, reads_by_equality) &&
           compared_by_equality(text, join.join->quals, is_outer) ==
               sides_of(text, join.join->quals, is_outer).outer;
}

bool comes_out_whole(const Resolution& text, const Query& query) {
    if (&query == text.root) return true;
    if (query.inserted) return comes_out_whole(text, *query.parent);
    return std::ranges::any_of(text.items, [&](const FromItem& item) {
        const bool reads = item.kind == FromItem::Kind::cte || item.kind == FromItem::Kind::subselect;
        return reads && item.query == &query && leaves_out_nothing(item) &&
               comes_out_whole(text, *item.level);
    });
}

bool shows_every_row(const Resolution& text, const Query& query, const FromItem& fitting) {
    const auto speaks_of_it = [&](const Reference& reference) { return is_member(reference.item, fitting); };
    return leaves_out_by_where_alone(query) && query.modify == nullptr &&
           sides_of(text, query.node->whereClause, speaks_of_it).outer == 0 && comes_out_whole(text, query);
}

bool shows_every_row(const Resolution& text, const Query& query, const Query& fitting) {
    if (fitting.link == nullptr || query.modify != nullptr || !leaves_out_by_where_alone(query)) return false;
    bool is_shown = false;
    auto* targets = reinterpret_cast<Node*>(query.node->targetList);
    visit_slots(&targets, [&](Node** slot) {
        is_shown = is_shown || *slot == reinterpret_cast<const Node*>(fitting.link);
        return is_shown;
    });
    return is_shown && comes_out_whole(text, query);
}

}  // namespace sql::edits
