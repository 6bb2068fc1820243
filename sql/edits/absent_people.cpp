#include "sql/edits/absent_people.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "sql/edits/column_equalities.hpp"
#include "sql/edits/slots.hpp"
#include "sql/is_one_of.hpp"
#include "sql/resolve/levels.hpp"
#include "sql/resolve/resolver.hpp"

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
    [[nodiscard]] bool joins_by_equality(Node* condition) {
        if (condition == nullptr) return true;
        if (IsA(condition, BoolExpr) && reinterpret_cast<BoolExpr*>(condition)->boolop == AND_EXPR) {
            const ListCell* c = nullptr;
            foreach (c, reinterpret_cast<BoolExpr*>(condition)->args) {
                if (!joins_by_equality(static_cast<Node*>(lfirst(c)))) return false;
            }
            return true;
        }
        if (is_of_one_row(condition) || is_one_or_another(condition)) return true;
        if (compares_stored_values(condition)) {
            link(read_by(condition).rows);
            return true;
        }
        if (!says_equal(condition)) return false;
        const auto* comparison = reinterpret_cast<A_Expr*>(condition);
        if (!is_side(comparison->lexpr) || !is_side(comparison->rexpr)) return false;
        link(read_by(condition).rows);
        return true;
    }

    [[nodiscard]] bool joins_by_equality(const FromItem& item) {
        if (item.kind != FromItem::Kind::join) return true;
        // USING and NATURAL
        for (const resolve::ItemColumn& column : item.columns) {
            if (column.merged == nullptr) continue;
            link({member_with(column.origin, column.origin_column),
                  member_with(column.merged, column.merged_column)});
        }
        return joins_by_equality(item.join->quals) && joins_by_equality(*item.left) &&
               joins_by_equality(*item.right);
    }

    /// What a query shows is compared with the rows around.
    void shows(const List* targets) {
        const ListCell* c = nullptr;
        foreach (c, targets) {
            auto rows = read_by(static_cast<Node*>(lfirst(c))).rows;
            rows.insert(&text_);
            link(rows);
        }
    }

    /// What the role may fill stands between people and the rows around in no chain: it could say of each
    /// person which of them he leaves out.
    [[nodiscard]] bool links_by_given_rows(const std::vector<const FromItem*>& leaves) const {
        return std::ranges::all_of(leaves, [&](const FromItem* leaf) {
            const auto linked = links_.find(leaf);
            return linked == links_.end() || linked->second.size() <= 1 ||
                   !counted_.may_be_changed(table_of(*leaf));
        });
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

    /// What a query of one table reads.
    static const FromItem& table_of(const FromItem& leaf) {
        const bool passes = leaf.kind == FromItem::Kind::subselect || leaf.kind == FromItem::Kind::cte;
        return passes && leaf.query->leaves.size() == 1 ? table_of(*leaf.query->leaves.front()) : leaf;
    }

    void link(const std::set<const void*>& rows) {
        for (const void* one : rows) {
            for (const void* other : rows) {
                if (one != other) links_[one].insert(other);
            }
        }
    }

    [[nodiscard]] bool is_stored(const FromItem& leaf) const {
        switch (leaf.kind) {
            case FromItem::Kind::relation:
                return !leaf.relation->temporary() &&
                       (leaf.sample == nullptr || leaf.sample->repeatable != nullptr);
            case FromItem::Kind::view: return true;
            case FromItem::Kind::subselect:
            case FromItem::Kind::cte:
                // A row of a join would be several: what is demanded of it could compare them. So it would be
                // together with one that LATERAL reads.
                return (tables_ == 1 || !hangs_on_others(*leaf.query)) && leaf.query != nullptr &&
                       (leaf.cte == nullptr || !leaf.cte->recursive) && leaf.query->leaves.size() == 1 &&
                       fits_by_equality(text_, counted_, *leaf.query);
            default: return false;  // rows that the client makes
        }
    }

    [[nodiscard]] bool hangs_on_others(const Query& query) const {
        return std::ranges::any_of(text_.bound, [&](const auto& bound) {
            return resolve::is_inside(bound.second.written_in, query) &&
                   !resolve::is_inside(bound.second.item->level, query);
        });
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

    /// A value, or a list of open rows, that hangs on nothing around it is as good as constants.
    bool passes_by(SubLink* link, Read& read) const {
        const auto query = std::ranges::find(text_.queries, link, &Query::link);
        // What tells of people is paid for as such: all of it, but for a list of which one value is looked
        // for.
        const bool is_list = link->subLinkType == ANY_SUBLINK || link->subLinkType == ALL_SUBLINK;
        const bool hangs =
            query == text_.queries.end() || hangs_on_others(*query) || (is_list && counted_.read_by(*query));
        read.asks = read.asks || hangs;
        if (hangs) return false;
        const Read tested = read_by(link->testexpr);
        read.rows.insert(tested.rows.begin(), tested.rows.end());
        read.asks = read.asks || tested.asks;
        return true;
    }

    /// Of one row or of another: whether anybody is such, once for all rows around.
    [[nodiscard]] bool is_one_or_another(Node* condition) const {
        if (!IsA(condition, BoolExpr) || reinterpret_cast<BoolExpr*>(condition)->boolop != OR_EXPR)
            return false;
        const ListCell* c = nullptr;
        foreach (c, reinterpret_cast<BoolExpr*>(condition)->args) {
            if (!is_of_one_row(static_cast<Node*>(lfirst(c)))) return false;
        }
        return true;
    }

    /// A value of one stored row and that of another tell of one another alone, however they are compared.
    [[nodiscard]] bool compares_stored_values(Node* condition) const {
        if (!IsA(condition, A_Expr)) return false;
        const auto* comparison = reinterpret_cast<A_Expr*>(condition);
        if (comparison->kind != AEXPR_OP || comparison->lexpr == nullptr ||
            !is_one_of(strVal(llast(comparison->name)), "<", ">", "<=", ">=", "<>"))
            return false;
        const auto is_stored_one = [&](const Node* side) {
            const auto place = place_of(text_, side);
            return place && place->first->kind == FromItem::Kind::relation &&
                   !counted_.may_be_changed(*place->first);
        };
        return is_stored_one(comparison->lexpr) && is_stored_one(comparison->rexpr);
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
    std::map<const void*, std::set<const void*>> links_;
};

bool are_of_one_row(const Fitting& fitting, const List* expressions) {
    const ListCell* c = nullptr;
    foreach (c, expressions) {
        if (!fitting.is_of_one_row(static_cast<Node*>(lfirst(c)))) return false;
    }
    return true;
}

}  // namespace

bool fits_by_equality(const Resolution& text, const CountedRelations& counted, const Query& inner) {
    // Each arm of a UNION would be an answer of its own.
    if (inner.kind != Query::Kind::select || inner.sets) return false;
    Fitting fitting(text, counted,
                    [&inner](const FromItem& item) { return resolve::is_inside(item.level, inner); });
    const SelectStmt& select = *inner.node;
    const auto joins = [&](const FromItem* item) { return fitting.joins_by_equality(*item); };
    const std::vector<const FromItem*> leaves(inner.leaves.begin(), inner.leaves.end());
    fitting.shows(select.targetList);
    return fitting.reads_stored_rows(leaves) && fitting.joins_by_equality(select.whereClause) &&
           std::ranges::all_of(inner.from, joins) && fitting.links_by_given_rows(leaves) &&
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
    return fitting.reads_stored_rows(leaves) && fitting.joins_by_equality(join) &&
           fitting.links_by_given_rows(leaves);
}

}  // namespace sql::edits
