#include "sql/edits/column_equalities.hpp"

#include <string_view>
#include <vector>

#include "sql/is_one_of.hpp"
#include "sql/resolve/resolver.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {

using resolve::FromItem;
using resolve::Query;

const Node* without_casts(const Node* node) {
    while (node != nullptr && IsA(node, TypeCast))
        node = reinterpret_cast<const TypeCast*>(node)->arg;
    return node;
}

/// True when the column stands in `item` or, for a join, in one of its members.
bool is_member(const resolve::FromItem* part, const resolve::FromItem& item) {
    if (part == &item) return true;
    return item.kind == resolve::FromItem::Kind::join &&
           (is_member(part, *item.left) || is_member(part, *item.right));
}

const resolve::FromItem* member_with(const resolve::FromItem* item, int column) {
    while (item != nullptr && item->kind == resolve::FromItem::Kind::join) {
        const resolve::ItemColumn& shown = item->columns[static_cast<std::size_t>(column)];
        item = shown.origin;
        column = shown.origin_column;
    }
    return item;
}

// The column itself, where a join only passes it on. A merged column of USING is its left member.
std::optional<Place> place_of(const resolve::Resolution& text, const Node* node) {
    const auto bound = text.bound.find(node);
    if (bound == text.bound.end() || bound->second.column < 0) return std::nullopt;
    const FromItem* item = bound->second.item;
    int column = bound->second.column;
    while (item->kind == FromItem::Kind::join) {
        if (item->columns.size() <= static_cast<std::size_t>(column)) return std::nullopt;
        const resolve::ItemColumn& of_join = item->columns[static_cast<std::size_t>(column)];
        if (of_join.merged != nullptr && item->join->jointype != JOIN_INNER &&
            item->join->jointype != JOIN_LEFT)
            return std::nullopt;
        column = of_join.origin_column;
        item = of_join.origin;
    }
    return Place{item, column};
}

namespace {

bool is_equality(const Node* node) {
    if (node == nullptr || !IsA(node, A_Expr)) return false;
    const auto* expr = reinterpret_cast<const A_Expr*>(node);
    return expr->kind == AEXPR_OP && list_length(expr->name) == 1 &&
           std::string_view(resolve::string_value(linitial(expr->name))) == "=";
}

/// After the cast the value is the one that was written. A length would cut it, a bit string takes parts of
/// it: so one constant could ask about many people.
bool keeps_the_value(const TypeName* type) {
    const std::string_view name = resolve::string_value(llast(type->names));
    return type->typmods == nullptr && type->arrayBounds == nullptr &&
           is_one_of(name, "int2", "int4", "int8", "numeric", "text", "varchar", "uuid");
}

bool is_value(const Node* node) {
    for (; node != nullptr && IsA(node, TypeCast); node = reinterpret_cast<const TypeCast*>(node)->arg) {
        if (!keeps_the_value(reinterpret_cast<const TypeCast*>(node)->typeName)) return false;
    }
    return node != nullptr &&
           (IsA(node, ParamRef) || (IsA(node, A_Const) && !reinterpret_cast<const A_Const*>(node)->isnull));
}

/// Rows of the query are not groups, and none was left out but by conditions.
bool keeps_every_row(const resolve::Query& query) {
    const SelectStmt* select = query.node;
    return query.kind == resolve::Query::Kind::select && select->limitCount == nullptr &&
           select->limitOffset == nullptr && !query.windows &&
           (select->distinctClause == nullptr || linitial(select->distinctClause) == nullptr);
}

// What a condition that every shown row fulfils says of columns. `from` and `to` bound the direction: the
// rows of the empty side of an outer join are chosen by ON, those of the other side are not.
void collect(const resolve::Resolution& text, const Node* condition, const FromItem* from, const FromItem* to,
             Equalities& out) {
    if (condition == nullptr) return;
    if (IsA(condition, BoolExpr) && reinterpret_cast<const BoolExpr*>(condition)->boolop == AND_EXPR) {
        const ListCell* c = nullptr;
        foreach (c, reinterpret_cast<const BoolExpr*>(condition)->args)
            collect(text, static_cast<const Node*>(lfirst(c)), from, to, out);
        return;
    }
    if (IsA(condition, A_Expr) && reinterpret_cast<const A_Expr*>(condition)->kind == AEXPR_IN) {
        const auto* in = reinterpret_cast<const A_Expr*>(condition);
        const auto* list = reinterpret_cast<const List*>(in->rexpr);
        const auto place = place_of(text, in->lexpr);
        if (place && std::string_view(resolve::string_value(linitial(in->name))) == "=" &&
            list_length(list) == 1 && is_value(static_cast<const Node*>(linitial(list))) &&
            (to == nullptr || is_member(place->first, *to)))
            out.values.emplace_back(*place, static_cast<const Node*>(linitial(list)));
        return;
    }
    if (!is_equality(condition)) return;
    const auto* expr = reinterpret_cast<const A_Expr*>(condition);
    const auto left = place_of(text, expr->lexpr);
    const auto right = place_of(text, expr->rexpr);
    const auto follows = [&](const Place& place) { return to == nullptr || is_member(place.first, *to); };
    const auto leads = [&](const Place& place) { return from == nullptr || !is_member(place.first, *to); };
    if (left && right) {
        if (leads(*left) && follows(*right)) out.columns.emplace_back(*left, *right);
        if (leads(*right) && follows(*left)) out.columns.emplace_back(*right, *left);
    } else if (left && is_value(expr->rexpr) && follows(*left)) {
        out.values.emplace_back(*left, expr->rexpr);
    } else if (right && is_value(expr->lexpr) && follows(*right)) {
        out.values.emplace_back(*right, expr->lexpr);
    }
}

}  // namespace

void collect_equalities(const resolve::Resolution& text, const FromItem& item, Equalities& out) {
    if (item.kind != FromItem::Kind::join) return;
    collect_equalities(text, *item.left, out);
    collect_equalities(text, *item.right, out);
    const FromItem* from = nullptr;
    const FromItem* to = nullptr;
    switch (item.join->jointype) {
        case JOIN_INNER: break;
        case JOIN_LEFT:
            from = item.left;
            to = item.right;
            break;
        case JOIN_RIGHT:
            from = item.right;
            to = item.left;
            break;
        default: return;  // FULL: neither side is chosen by ON
    }
    collect(text, item.join->quals, from, to, out);
    for (const resolve::ItemColumn& column : item.columns) {
        // Equal masks are no equal keys.
        if (column.merged == nullptr || column.shown != resolve::Shown::open) continue;
        const Place left{column.origin, column.origin_column};
        const Place right{column.merged, column.merged_column};
        if (item.join->jointype != JOIN_RIGHT) out.columns.emplace_back(left, right);
        if (item.join->jointype != JOIN_LEFT) out.columns.emplace_back(right, left);
    }
}

Equalities equalities_of(const resolve::Resolution& text, const Query& query) {
    Equalities found;
    if (query.kind != Query::Kind::select) return found;
    for (const FromItem* item : query.from)
        collect_equalities(text, *item, found);
    collect(text, query.node->whereClause, nullptr, nullptr, found);
    const SubLink* link = query.link;
    if (link != nullptr && link->subLinkType == ANY_SUBLINK && link->operName == nullptr &&
        query.outputs.size() == 1 && query.outputs[0].item != nullptr) {
        if (const auto tested = place_of(text, link->testexpr))
            found.columns.emplace_back(*tested, Place{query.outputs[0].item, query.outputs[0].column});
    }
    return found;
}

// Every column that must equal one of `known`, also inside of sub-selects.
std::set<Place> equal_to(std::set<Place> known, const Equalities& equalities) {
    std::vector<Place> waiting(known.begin(), known.end());
    const auto add = [&](const Place& place) {
        if (known.insert(place).second) waiting.push_back(place);
    };
    while (!waiting.empty()) {
        const Place place = waiting.back();
        waiting.pop_back();
        for (const auto& [from, to] : equalities.columns) {
            if (from == place) add(to);
        }
        const FromItem& item = *place.first;
        const bool below = item.kind == FromItem::Kind::subselect || item.kind == FromItem::Kind::cte;
        if (!below || place.second < 0 || static_cast<std::size_t>(place.second) >= item.columns.size())
            continue;
        const int output = item.columns[static_cast<std::size_t>(place.second)].output;
        if (output < 0 || !keeps_every_row(*item.query)) continue;
        const resolve::OutputColumn& column = item.query->outputs[static_cast<std::size_t>(output)];
        // A WITH query may be read elsewhere, where nothing bounds it.
        if (column.item != nullptr && item.kind == FromItem::Kind::subselect)
            add({column.item, column.column});
    }
    return known;
}

}  // namespace sql::edits
