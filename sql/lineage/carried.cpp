#include <algorithm>
#include <map>

#include "sql/lineage/definition.hpp"
#include "sql/parse/pg_nodes.hpp"

namespace sql::lineage {
namespace {

/// A column of a FROM item that is no join.
using Place = std::pair<const resolve::FromItem*, int>;

/// One query level. An edge leads from a column to another that is equal to it wherever the other's row
/// stands.
class Level {
public:
    Level(const Definition& definition, const resolve::Query& query)
        : definition_(definition), query_(query) {}

    std::vector<std::set<Source>> outputs() {
        std::vector<std::set<Source>> carried(query_.outputs.size());
        if (query_.windows || has_grouping_sets()) return carried;  // rows tell of others, or of all together
        conditions(query_.node->whereClause, nullptr);
        for (const resolve::FromItem* item : query_.from)
            joins(*item);
        for (std::size_t i = 0; i < carried.size(); ++i) {
            const resolve::OutputColumn& output = query_.outputs[i];
            std::set<Place> reached;
            if (output.value != nullptr) {
                if (const resolve::Reference* bound = column_of(output.value))
                    add_places(*bound->item, bound->column, reached);
            } else if (output.item != nullptr) {
                add_places(*output.item, output.column, reached);
            }
            follow(reached);
            for (const auto& [item, column] : reached)
                carried[i].merge(sources_of(*item, column));
        }
        return carried;
    }

private:
    [[nodiscard]] bool has_grouping_sets() const {
        const ListCell* c = nullptr;
        foreach (c, query_.node->groupClause) {
            if (IsA(lfirst(c), GroupingSet)) return true;
        }
        return false;
    }

    [[nodiscard]] const resolve::Reference* column_of(const Node* node) const {
        if (node == nullptr || !IsA(node, ColumnRef)) return nullptr;
        const resolve::Reference* bound = definition_.bound(node);
        return bound != nullptr && bound->column >= 0 && bound->item->level == &query_ ? bound : nullptr;
    }

    void add_places(const resolve::FromItem& item, int column, std::set<Place>& places) const {
        if (column < 0) return;
        const auto& c = item.columns[static_cast<std::size_t>(column)];
        if (item.kind != resolve::FromItem::Kind::join && item.kind != resolve::FromItem::Kind::merged) {
            places.emplace(&item, column);
            return;
        }
        if (c.origin != nullptr) add_places(*c.origin, c.origin_column, places);
        if (c.merged != nullptr) add_places(*c.merged, c.merged_column, places);
    }

    void follow(std::set<Place>& reached) const {
        std::vector<Place> open(reached.begin(), reached.end());
        while (!open.empty()) {
            const auto edges = edges_.equal_range(open.back());
            open.pop_back();
            for (auto edge = edges.first; edge != edges.second; ++edge) {
                if (reached.insert(edge->second).second) open.push_back(edge->second);
            }
        }
    }

    [[nodiscard]] std::set<Source> sources_of(const resolve::FromItem& item, int column) const {
        const auto& c = item.columns[static_cast<std::size_t>(column)];
        const auto at = [](const std::vector<std::set<Source>>& all, int place) {
            const auto index = static_cast<std::size_t>(place);
            return place >= 0 && index < all.size() ? all[index] : std::set<Source>();
        };
        switch (item.kind) {
            case resolve::FromItem::Kind::relation:
            case resolve::FromItem::Kind::view:
                if (c.attribute == nullptr) return {};
                if (const resolve::View* view = definition_.view_at(item))
                    return at(carried_by(definition_, *view->resolution.root),
                              static_cast<int>(place_of(*item.relation, *c.attribute)));
                return {{&item, c.attribute->number}};
            case resolve::FromItem::Kind::subselect:
                return at(carried_by(definition_, *item.query), c.output);
            case resolve::FromItem::Kind::cte:
                // Who reads a WITH query twice joins different rows of it.
                if (item.cte->recursive || times_read(*item.cte) != 1) return {};
                return at(carried_by(definition_, *item.query), c.output);
            case resolve::FromItem::Kind::function:
            case resolve::FromItem::Kind::join:
            case resolve::FromItem::Kind::merged: return {};
        }
        return {};
    }

    [[nodiscard]] std::ptrdiff_t times_read(const resolve::Cte& cte) const {
        return std::ranges::count(definition_.text_of(query_).items, &cte, &resolve::FromItem::cte);
    }

    void joins(const resolve::FromItem& item) {
        if (item.kind != resolve::FromItem::Kind::join) return;
        joins(*item.left);
        joins(*item.right);
        conditions(item.join->quals, &item);
        for (const resolve::ItemColumn& column : item.columns) {
            if (column.merged == nullptr || column.origin == nullptr) continue;
            std::set<Place> left;
            std::set<Place> right;
            add_places(*column.origin, column.origin_column, left);
            add_places(*column.merged, column.merged_column, right);
            for (const Place& one : left) {
                for (const Place& other : right)
                    equal(one, other, &item);
            }
        }
    }

    /// The equalities that hold where all operands of AND do. join: nullptr for WHERE.
    void conditions(const Node* node, const resolve::FromItem* join) {
        if (node == nullptr) return;
        if (IsA(node, BoolExpr)) {
            const auto* both = reinterpret_cast<const BoolExpr*>(node);
            if (both->boolop != AND_EXPR) return;
            const ListCell* c = nullptr;
            foreach (c, both->args)
                conditions(static_cast<const Node*>(lfirst(c)), join);
            return;
        }
        if (!IsA(node, A_Expr)) return;
        const auto* expr = reinterpret_cast<const A_Expr*>(node);
        if (expr->kind != AEXPR_OP || list_length(expr->name) != 1 ||
            std::string_view(strVal(linitial(expr->name))) != "=")
            return;
        const resolve::Reference* left = column_of(expr->lexpr);
        const resolve::Reference* right = column_of(expr->rexpr);
        if (left == nullptr || right == nullptr) return;
        std::set<Place> lefts;
        std::set<Place> rights;
        add_places(*left->item, left->column, lefts);
        add_places(*right->item, right->column, rights);
        if (lefts.size() == 1 && rights.size() == 1) equal(*lefts.begin(), *rights.begin(), join);
    }

    static bool holds(const resolve::FromItem& side, const resolve::FromItem* item) {
        if (&side == item) return true;
        return side.kind == resolve::FromItem::Kind::join &&
               (holds(*side.left, item) || holds(*side.right, item));
    }

    void equal(const Place& one, const Place& other, const resolve::FromItem* join) {
        const auto lead = [this](const Place& from, const Place& to) { edges_.emplace(from, to); };
        const JoinType type = join == nullptr ? JOIN_INNER : join->join->jointype;
        if (type == JOIN_INNER) {
            lead(one, other);
            lead(other, one);
            return;
        }
        if (type != JOIN_LEFT && type != JOIN_RIGHT) return;
        // Rows of the other side stand also where the condition does not hold.
        const resolve::FromItem& nullable = type == JOIN_LEFT ? *join->right : *join->left;
        if (holds(nullable, other.first)) lead(one, other);
        if (holds(nullable, one.first)) lead(other, one);
    }

    const Definition& definition_;
    const resolve::Query& query_;
    std::multimap<Place, Place> edges_;
};

}  // namespace

std::vector<std::set<Source>> carried_by(const Definition& definition, const resolve::Query& query) {
    switch (query.kind) {
        case resolve::Query::Kind::select: return Level(definition, query).outputs();
        case resolve::Query::Kind::values: return {};
        case resolve::Query::Kind::set_operation: break;
    }
    auto carried = carried_by(definition, *query.left);
    // EXCEPT leaves out whoever stands on the right: no row tells who that is.
    if (query.node->op == SETOP_EXCEPT) return carried;
    auto right = carried_by(definition, *query.right);
    carried.resize(std::max(carried.size(), right.size()));
    for (std::size_t i = 0; i < right.size(); ++i)
        carried[i].merge(right[i]);
    return carried;
}

}  // namespace sql::lineage
