#include "sql/edits/compared_masks.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "sql/is_one_of.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

using resolve::FromItem;
using resolve::Query;
using resolve::Shown;

/// Equality, order and patterns: of masks they say something else than of the values.
bool compares_values(const A_Expr& expr) {
    switch (expr.kind) {
        case AEXPR_OP:
        case AEXPR_OP_ANY:
        case AEXPR_OP_ALL:
            return is_one_of(strVal(llast(expr.name)), "=", "<>", "<", "<=", ">", ">=", "~", "~*", "!~",
                             "!~*", "~~", "~~*", "!~~", "!~~*", "^@", "@>");
        default: return true;  // DISTINCT, NULLIF, IN, LIKE, BETWEEN and their kind
    }
}

class ComparedMasks {
public:
    explicit ComparedMasks(const resolve::Resolution& found) : found_(found) {
        for (const resolve::Call& call : found.calls) {
            if (call.role == resolve::CallRole::aggregate) aggregates_.insert(call.node);
        }
        for (const Query& query : found.queries) {
            if (query.link != nullptr) sub_queries_[query.link] = &query;
        }
    }

    std::set<std::string> collect() {
        for (const FromItem& item : found_.items) {
            if (item.kind == FromItem::Kind::join) joined(item);
        }
        for (const Query& query : found_.queries) {
            if (query.kind == Query::Kind::set_operation) {
                if (!query.node->all || (query.cte != nullptr && query.cte->recursive)) outputs(query);
                continue;
            }
            in_select(query);
        }
        return std::move(names_);
    }

    bool reads_any(Node* expression) {
        read(expression);
        return !names_.empty();
    }

private:
    // USING and NATURAL
    void joined(const FromItem& join) {
        for (std::size_t i = 0; i < join.columns.size(); ++i) {
            if (join.columns[i].merged != nullptr) column(join, static_cast<int>(i));
        }
    }

    void in_select(const Query& query) {
        const SelectStmt& select = *query.node;
        if (select.distinctClause != nullptr) {
            if (linitial(select.distinctClause) == nullptr)
                outputs(query);
            else
                keys(query, select.distinctClause);
        }
        keys(query, select.groupClause);
        const ListCell* c = nullptr;
        foreach (c, select.windowClause)
            keys(query, static_cast<const WindowDef*>(lfirst(c))->partitionClause);
        for (const resolve::Call* call : query.calls) {
            if (call->node->agg_distinct) read(reinterpret_cast<Node*>(call->node->args));
            if (call->node->over != nullptr) keys(query, call->node->over->partitionClause);
        }
        equalities(reinterpret_cast<Node*>(query.node), this);
    }

    // What stands in GROUP BY, DISTINCT ON or PARTITION BY: an expression, or the number or name of an
    // output.
    void keys(const Query& query, List* list) {
        const ListCell* c = nullptr;
        foreach (c, list) {
            auto* key = static_cast<Node*>(lfirst(c));
            if (IsA(key, GroupingSet)) {
                keys(query, reinterpret_cast<GroupingSet*>(key)->content);
            } else if (const int place = output_of(query, key); place >= 0) {
                output(query, static_cast<std::size_t>(place));
            } else {
                read(key);
            }
        }
    }

    [[nodiscard]] int output_of(const Query& query, Node* key) const {
        if (IsA(key, A_Const)) {
            const auto& constant = reinterpret_cast<A_Const*>(key)->val;
            return IsA(&constant, Integer) ? intVal(&constant) - 1 : -1;
        }
        if (!IsA(key, ColumnRef) || found_.bound.contains(key)) return -1;
        const auto* fields = reinterpret_cast<ColumnRef*>(key)->fields;
        if (list_length(fields) != 1 || !IsA(static_cast<Node*>(linitial(fields)), String)) return -1;
        const auto named =
            std::ranges::find(query.outputs, strVal(linitial(fields)), &resolve::OutputColumn::name);
        return named == query.outputs.end() ? -1 : static_cast<int>(named - query.outputs.begin());
    }

    void outputs(const Query& query) {
        for (std::size_t i = 0; i < query.outputs.size(); ++i)
            output(query, i);
    }

    void output(const Query& query, std::size_t place) {
        if (place >= query.outputs.size() || !seen_.emplace(&query, place).second) return;
        if (query.kind == Query::Kind::set_operation) {
            output(*query.left, place);
            output(*query.right, place);
            return;
        }
        const resolve::OutputColumn& one = query.outputs[place];
        if (one.item != nullptr)
            column(*one.item, one.column);
        else
            read(one.value);
    }

    void column(const FromItem& item, int number) {
        if (number < 0) {
            for (std::size_t i = 0; i < item.columns.size(); ++i)
                column(item, static_cast<int>(i));
            return;
        }
        const resolve::ItemColumn& c = item.columns[static_cast<std::size_t>(number)];
        if (item.view != nullptr) {
            output(*item.view->resolution.root, static_cast<std::size_t>(number));
            return;
        }
        if (item.relation != nullptr) {
            if (c.shown == Shown::masked)
                names_.insert(c.attribute->name + " of " + item.relation->schema + '.' + item.relation->name);
            return;
        }
        if (c.origin != nullptr) column(*c.origin, c.origin_column);
        if (c.merged != nullptr) column(*c.merged, c.merged_column);
        if (c.output >= 0 && item.query != nullptr) output(*item.query, static_cast<std::size_t>(c.output));
    }

    void read(Node* node) { references(node, this); }

    static bool references(Node* node, void* masks) {
        if (node == nullptr) return false;
        auto& self = *static_cast<ComparedMasks*>(masks);
        if (IsA(node, ColumnRef)) {
            const auto bound = self.found_.bound.find(node);
            if (bound != self.found_.bound.end() && !bound->second.system)
                self.column(*bound->second.item, bound->second.column);
            return false;
        }
        if (IsA(node, SubLink)) {
            self.sub_query(reinterpret_cast<SubLink*>(node));
            return false;
        }
        // Their results are not the values any more: count(phone) tells how many there are.
        if (IsA(node, FuncCall) && self.aggregates_.contains(node)) return false;
        return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(references), masks);
    }

    void sub_query(const SubLink* link) {
        const auto query = sub_queries_.find(link);
        if (query != sub_queries_.end() && link->subLinkType != EXISTS_SUBLINK) outputs(*query->second);
    }

    static bool equalities(Node* node, void* masks) {
        if (node == nullptr) return false;
        auto& self = *static_cast<ComparedMasks*>(masks);
        if (IsA(node, SelectStmt) && !self.walked_.insert(node).second) return false;
        if (IsA(node, A_Expr) && compares_values(*reinterpret_cast<A_Expr*>(node))) {
            self.read(reinterpret_cast<A_Expr*>(node)->lexpr);
            self.read(reinterpret_cast<A_Expr*>(node)->rexpr);
        } else if (IsA(node, SubLink)) {
            const auto* link = reinterpret_cast<SubLink*>(node);
            if (link->testexpr != nullptr) {
                self.read(link->testexpr);
                self.sub_query(link);
            }
        } else if (IsA(node, CaseExpr) && reinterpret_cast<CaseExpr*>(node)->arg != nullptr) {
            self.read(reinterpret_cast<Node*>(reinterpret_cast<CaseExpr*>(node)->arg));
        }
        return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(equalities), masks);
    }

    const resolve::Resolution& found_;
    std::set<std::string> names_;
    std::set<std::pair<const Query*, std::size_t>> seen_;
    std::unordered_set<const void*> walked_;
    std::unordered_set<const void*> aggregates_;
    std::unordered_map<const SubLink*, const Query*> sub_queries_;
};

bool names_masks(const resolve::Resolution& found) {
    return std::ranges::any_of(found.items, [](const FromItem& item) {
        if (item.view != nullptr) return names_masks(item.view->resolution);
        return item.treatment != nullptr &&
               std::ranges::any_of(item.columns, [](const resolve::ItemColumn& column) {
                   return column.shown == Shown::masked && column.referenced;
               });
    });
}

/// The rows of one table, of which masked columns are shown, and nothing else is done with them.
bool only_shows_masks(const resolve::Resolution& found) {
    const Query& query = *found.root;
    if (found.queries.size() > 1 || found.items.size() != 1 ||
        found.items.front().kind != FromItem::Kind::relation || query.kind != Query::Kind::select ||
        query.modify != nullptr || query.node->distinctClause != nullptr ||
        query.node->groupClause != nullptr || !query.calls.empty())
        return false;
    const auto is_named = [](const auto& bound) {
        const resolve::Reference& reference = bound.second;
        return reference.column < 0 ||
               reference.item->columns[static_cast<std::size_t>(reference.column)].shown == Shown::masked;
    };
    const auto is_shown = [&](const resolve::OutputColumn& output) {
        return output.shown == Shown::masked && found.bound.contains(output.value);
    };
    return std::ranges::count_if(found.bound, is_named) == std::ranges::count_if(query.outputs, is_shown);
}

}  // namespace

std::vector<std::string> compared_masks(const resolve::Resolution& found) {
    std::set<std::string> names;
    if (names_masks(found) && !only_shows_masks(found)) names = ComparedMasks(found).collect();
    for (const auto& view : found.views) {
        for (std::string& name : compared_masks(view->resolution))
            names.insert(std::move(name));
    }
    return {names.begin(), names.end()};
}

bool reads_masked_column(const resolve::Resolution& found, Node* expression) {
    return ComparedMasks(found).reads_any(expression);
}

}  // namespace sql::edits
