#include "sql/edits/absent_people.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

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

bool says_equal(const Node* condition) {
    if (!IsA(condition, A_Expr)) return false;
    const auto* comparison = reinterpret_cast<const A_Expr*>(condition);
    if (comparison->lexpr == nullptr || comparison->rexpr == nullptr) return false;
    return comparison->kind == AEXPR_NOT_DISTINCT ||
           (comparison->kind == AEXPR_OP && std::string_view(strVal(llast(comparison->name))) == "=");
}

/// What one query, or one side of a join, demands of the rows of its tables and of those around it.
class Fitting {
public:
    /// `is_within`: of an item, that it belongs to the query or side itself.
    Fitting(const Resolution& text, const CountedRelations& counted,
            std::function<bool(const FromItem&)> is_within)
        : text_(text), counted_(counted), is_within_(std::move(is_within)) {}

    [[nodiscard]] bool reads_stored_rows(const std::vector<const FromItem*>& leaves) {
        tables_ = leaves.size();
        return std::ranges::all_of(leaves, [&](const FromItem* leaf) { return is_stored(*leaf); });
    }

    /// Of a condition: each operand of its AND is about one row, or an equality of two.
    [[nodiscard]] bool joins_by_equality(Node* condition) const {
        if (condition == nullptr) return true;
        if (IsA(condition, BoolExpr) && reinterpret_cast<BoolExpr*>(condition)->boolop == AND_EXPR) {
            const ListCell* c = nullptr;
            foreach (c, reinterpret_cast<BoolExpr*>(condition)->args) {
                if (!joins_by_equality(static_cast<Node*>(lfirst(c)))) return false;
            }
            return true;
        }
        if (is_of_one_row(condition)) return true;
        if (!says_equal(condition)) return false;
        const auto* comparison = reinterpret_cast<A_Expr*>(condition);
        return is_side(comparison->lexpr) && is_side(comparison->rexpr);
    }

    [[nodiscard]] bool joins_by_equality(const FromItem& item) const {
        return item.kind != FromItem::Kind::join ||
               (joins_by_equality(item.join->quals) && joins_by_equality(*item.left) &&
                joins_by_equality(*item.right));
    }

    /// It reads nothing, or of one row alone.
    [[nodiscard]] bool is_of_one_row(Node* expression) const {
        const Read read = read_by(expression);
        return read.rows.size() <= 1 && !(read.asks && !read.rows.empty());
    }

private:
    struct Read {
        std::set<const void*> rows;  // items, and the rows around as one
        bool asks = false;           // by a sub-query that hangs on rows, or reads people
    };

    [[nodiscard]] bool is_stored(const FromItem& leaf) const {
        switch (leaf.kind) {
            case FromItem::Kind::relation: return !leaf.relation->temporary() && leaf.sample == nullptr;
            case FromItem::Kind::view: return true;
            case FromItem::Kind::subselect:
            case FromItem::Kind::cte:
                // A row of a join would be several: what is demanded of it could compare them.
                return leaf.query != nullptr && (leaf.cte == nullptr || !leaf.cte->recursive) &&
                       leaf.query->leaves.size() == 1 && fits_by_equality(text_, counted_, *leaf.query);
            default: return false;  // rows that the client makes
        }
    }

    [[nodiscard]] const void* row_of(const Reference& reference) const {
        return is_within_(*reference.item) ? static_cast<const void*>(reference.item) : &text_;
    }

    [[nodiscard]] Read read_by(Node* expression) const {
        Read read;
        visit_slots(&expression, [&](Node** slot) {
            if (IsA(*slot, SubLink)) return passes_by(reinterpret_cast<SubLink*>(*slot), read);
            const auto bound = text_.bound.find(*slot);
            if (bound != text_.bound.end()) read.rows.insert(row_of(bound->second));
            return false;
        });
        return read;
    }

    /// A list of open rows that hangs on nothing around it is as good as constants: x IN (SELECT ...).
    bool passes_by(SubLink* link, Read& read) const {
        const auto query = std::ranges::find(text_.queries, link, &Query::link);
        const bool hangs = query == text_.queries.end() || counted_.read_by(*query) ||
                           std::ranges::any_of(text_.bound, [&](const auto& bound) {
                               return resolve::is_inside(bound.second.written_in, *query) &&
                                      !resolve::is_inside(bound.second.item->level, *query);
                           });
        read.asks = read.asks || hangs;
        if (hangs) return false;
        const Read tested = read_by(link->testexpr);
        read.rows.insert(tested.rows.begin(), tested.rows.end());
        read.asks = read.asks || tested.asks;
        return true;
    }

    [[nodiscard]] bool is_side(Node* side) const {
        const Read read = read_by(side);
        if (read.asks || read.rows.size() > 1) return false;
        const bool around = read.rows.empty() || *read.rows.begin() == &text_;
        return around || tables_ == 1 || is_stored_value(place_of(text_, without_casts(side)));
    }

    /// A column of a table, or of a view, also through queries that pass it on: not what is worked out of it.
    static bool is_stored_value(std::optional<Place> place) {
        while (place && (place->first->kind == FromItem::Kind::subselect ||
                         place->first->kind == FromItem::Kind::cte)) {
            const int output = column_at(*place).output;
            const Query& query = *place->first->query;
            if (query.kind != Query::Kind::select || output < 0) return false;
            const resolve::OutputColumn& column = query.outputs[static_cast<std::size_t>(output)];
            if (column.item == nullptr || column.column < 0) return false;
            place = Place{column.item, column.column};
        }
        return place.has_value();
    }

    const Resolution& text_;
    const CountedRelations& counted_;
    std::function<bool(const FromItem&)> is_within_;
    std::size_t tables_ = 0;
};

bool are_of_one_row(const Fitting& fitting, const List* expressions) {
    const ListCell* c = nullptr;
    foreach (c, expressions) {
        if (!fitting.is_of_one_row(static_cast<Node*>(lfirst(c)))) return false;
    }
    return true;
}

/// How many of the references in an expression are about `rows`.
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

bool stands_among(const SubLink* link, const List* expressions) {
    bool found = false;
    auto* all = reinterpret_cast<Node*>(const_cast<List*>(expressions));
    visit_slots(&all, [&](Node** slot) {
        found = found || *slot == reinterpret_cast<const Node*>(link);
        return found;
    });
    return found;
}

/// What ORDER BY 1, or by the name of a column of the answer, orders by: the column's expression.
Node* ordered_by(const SelectStmt& select, Node* key) {
    const auto* constant = IsA(key, A_Const) ? reinterpret_cast<const A_Const*>(key) : nullptr;
    const ListCell* c = nullptr;
    foreach (c, select.targetList) {
        auto* target = static_cast<ResTarget*>(lfirst(c));
        const bool by_place = constant != nullptr && !constant->isnull && IsA(&constant->val, Integer) &&
                              constant->val.ival.ival == foreach_current_index(c) + 1;
        const bool by_name =
            IsA(key, ColumnRef) && target->name != nullptr &&
            list_length(reinterpret_cast<ColumnRef*>(key)->fields) == 1 &&
            IsA(static_cast<Node*>(linitial(reinterpret_cast<ColumnRef*>(key)->fields)), String) &&
            std::string_view(strVal(linitial(reinterpret_cast<ColumnRef*>(key)->fields))) == target->name;
        if (by_place || by_name) return target->val;
    }
    return key;
}

/// In the order of rows nothing tells of whoever fits: who reads the first one alone, or up to where a budget
/// ends, does not choose which it is. So LIMIT does not, either.
template <class SaysSomething>
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
            if (says_something(ordered_by(select, key))) return false;
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

bool fits_by_equality(const Resolution& text, const CountedRelations& counted, const Query& inner) {
    if (inner.kind == Query::Kind::set_operation)
        return fits_by_equality(text, counted, *inner.left) && fits_by_equality(text, counted, *inner.right);
    if (inner.kind != Query::Kind::select || inner.sets) return false;
    Fitting fitting(text, counted,
                    [&inner](const FromItem& item) { return resolve::is_inside(item.level, inner); });
    const SelectStmt& select = *inner.node;
    const auto joins = [&](const FromItem* item) { return fitting.joins_by_equality(*item); };
    return fitting.reads_stored_rows({inner.leaves.begin(), inner.leaves.end()}) &&
           fitting.joins_by_equality(select.whereClause) && std::ranges::all_of(inner.from, joins) &&
           are_of_one_row(fitting, select.targetList) && are_of_one_row(fitting, select.groupClause) &&
           are_of_one_row(fitting, select.sortClause) && are_of_one_row(fitting, select.distinctClause) &&
           fitting.is_of_one_row(select.havingClause);
}

bool fits_by_equality(const Resolution& text, const CountedRelations& counted, const FromItem& join,
                      const FromItem& empty_side) {
    Fitting fitting(text, counted,
                    [&empty_side](const FromItem& item) { return is_member(&item, empty_side); });
    std::vector<const FromItem*> leaves;
    for (const FromItem& item : text.items) {
        if (item.kind != FromItem::Kind::join && is_member(&item, empty_side)) leaves.push_back(&item);
    }
    return fitting.reads_stored_rows(leaves) && fitting.joins_by_equality(join.join->quals) &&
           fitting.joins_by_equality(empty_side);
}

namespace {

/// What stands around it neither chooses nor orders rows.
bool passes_through(const Resolution& text, const Query& query) {
    if (&query == text.root) return true;
    return std::ranges::any_of(text.items, [&](const FromItem& item) {
        const bool reads = item.kind == FromItem::Kind::cte || item.kind == FromItem::Kind::subselect;
        if (!reads || item.query != &query || !leaves_out_nothing(item)) return false;
        const SelectStmt& around = *item.level->node;
        return !item.level->windows && around.sortClause == nullptr && around.distinctClause == nullptr &&
               around.groupClause == nullptr && passes_through(text, *item.level);
    });
}

}  // namespace

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
    const auto says_something = [&](Node* expression) { return names_any(text, expression, speaks_of_it); };
    return keeps_rows_as_they_are(query) && query.modify == nullptr &&
           !says_something(query.node->whereClause) && orders_blindly(query, says_something) &&
           passes_through(text, query);
}

bool shows_every_row(const Resolution& text, const Query& query, const Query& fitting) {
    if (fitting.link == nullptr || query.modify != nullptr || !keeps_rows_as_they_are(query)) return false;
    const auto holds_it = [&](Node* expression) {
        bool found = false;
        visit_slots(&expression, [&](Node** slot) {
            found = found || *slot == reinterpret_cast<const Node*>(fitting.link);
            return found;
        });
        return found;
    };
    return stands_among(fitting.link, query.node->targetList) && orders_blindly(query, holds_it) &&
           passes_through(text, query);
}

}  // namespace sql::edits
