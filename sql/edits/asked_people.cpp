#include "sql/edits/asked_people.hpp"

#include <algorithm>
#include <string_view>

#include "sql/edits/rewriter.hpp"
#include "sql/print/quote.hpp"

#include "sql/parse/pg_nodes.hpp"

// Whom a statement asks about, even where no row of theirs is shown: "no row with id = 4711 fits" tells of
// 4711.
namespace sql::edits {

using Place = Rewriter::Place;

std::string array_literal(std::string key, int depth) {
    for (; depth > 0; --depth) {
        if (key.find_first_of("{\"\\") != std::string::npos) {
            std::string quoted = "\"";
            for (const char c : key)
                quoted += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
            key = quoted + "\"";
        }
        key = "{" + key + "}";
    }
    return key;
}

std::string array_expression(std::string key, int depth) {
    for (; depth > 0; --depth)
        key = "ARRAY[" + key + "]::text";
    return key;
}

namespace {

bool is_equality(const Node* node) {
    if (node == nullptr || !IsA(node, A_Expr)) return false;
    const auto* expr = reinterpret_cast<const A_Expr*>(node);
    return expr->kind == AEXPR_OP && list_length(expr->name) == 1 &&
           std::string_view(resolve::string_value(linitial(expr->name))) == "=";
}

const Node* without_casts(const Node* node) {
    while (node != nullptr && IsA(node, TypeCast))
        node = reinterpret_cast<const TypeCast*>(node)->arg;
    return node;
}

/// false, or 1 = 0: what tools write that want the columns and no rows.
bool is_false(const Node* condition) {
    if (condition == nullptr) return false;
    const Node* plain = without_casts(condition);
    if (IsA(plain, A_Const)) {
        const auto* constant = reinterpret_cast<const A_Const*>(plain);
        return !constant->isnull && IsA(&constant->val, Boolean) && !constant->val.boolval.boolval;
    }
    if (!is_equality(condition)) return false;
    const auto* expr = reinterpret_cast<const A_Expr*>(condition);
    const auto number = [](const Node* node) -> std::optional<int> {
        if (node == nullptr || !IsA(node, A_Const) || reinterpret_cast<const A_Const*>(node)->isnull ||
            !IsA(&reinterpret_cast<const A_Const*>(node)->val, Integer))
            return std::nullopt;
        return reinterpret_cast<const A_Const*>(node)->val.ival.ival;
    };
    const auto left = number(expr->lexpr);
    const auto right = number(expr->rexpr);
    return left && right && *left != *right;
}

bool is_value(const Node* node) {
    node = without_casts(node);
    return node != nullptr &&
           (IsA(node, ParamRef) || (IsA(node, A_Const) && !reinterpret_cast<const A_Const*>(node)->isnull));
}

/// True when the column stands in `item` or, for a join, in one of its members.
bool is_member(const resolve::FromItem* part, const resolve::FromItem& item) {
    if (part == &item) return true;
    return item.kind == resolve::FromItem::Kind::join &&
           (is_member(part, *item.left) || is_member(part, *item.right));
}

/// Rows of the query are not groups, and none was left out but by conditions.
bool keeps_every_row(const resolve::Query& query) {
    const SelectStmt* select = query.node;
    return query.kind == resolve::Query::Kind::select && select->limitCount == nullptr &&
           select->limitOffset == nullptr && !query.windows &&
           (select->distinctClause == nullptr || linitial(select->distinctClause) == nullptr);
}

}  // namespace

// The column itself, where a join only passes it on. A merged column of USING is its left member.
std::optional<Place> Rewriter::place_of(const Node* node) const {
    const auto bound = found_.bound.find(node);
    if (bound == found_.bound.end() || bound->second.column < 0) return std::nullopt;
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

// What a condition that every shown row fulfils says of columns. `from` and `to` bound the direction: the
// rows of the empty side of an outer join are chosen by ON, those of the other side are not.
void Rewriter::collect_equalities(const Node* condition, const FromItem* from, const FromItem* to,
                                  Equalities& out) const {
    if (condition == nullptr) return;
    if (IsA(condition, BoolExpr) && reinterpret_cast<const BoolExpr*>(condition)->boolop == AND_EXPR) {
        const ListCell* c = nullptr;
        foreach (c, reinterpret_cast<const BoolExpr*>(condition)->args)
            collect_equalities(static_cast<const Node*>(lfirst(c)), from, to, out);
        return;
    }
    if (IsA(condition, A_Expr) && reinterpret_cast<const A_Expr*>(condition)->kind == AEXPR_IN) {
        const auto* in = reinterpret_cast<const A_Expr*>(condition);
        const auto* list = reinterpret_cast<const List*>(in->rexpr);
        const auto place = place_of(in->lexpr);
        if (place && std::string_view(resolve::string_value(linitial(in->name))) == "=" &&
            list_length(list) == 1 && is_value(static_cast<const Node*>(linitial(list))) &&
            (to == nullptr || is_member(place->first, *to)))
            out.values.emplace_back(*place, static_cast<const Node*>(linitial(list)));
        return;
    }
    if (!is_equality(condition)) return;
    const auto* expr = reinterpret_cast<const A_Expr*>(condition);
    const auto left = place_of(expr->lexpr);
    const auto right = place_of(expr->rexpr);
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

void Rewriter::collect_equalities(const FromItem& item, Equalities& out) const {
    if (item.kind != FromItem::Kind::join) return;
    collect_equalities(*item.left, out);
    collect_equalities(*item.right, out);
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
    collect_equalities(item.join->quals, from, to, out);
    for (const resolve::ItemColumn& column : item.columns) {
        if (column.merged == nullptr) continue;
        const Place left{column.origin, column.origin_column};
        const Place right{column.merged, column.merged_column};
        if (item.join->jointype != JOIN_RIGHT) out.columns.emplace_back(left, right);
        if (item.join->jointype != JOIN_LEFT) out.columns.emplace_back(right, left);
    }
}

Rewriter::Equalities Rewriter::equalities_of(const Query& query) const {
    Equalities found;
    if (query.kind != Query::Kind::select) return found;
    for (const FromItem* item : query.from)
        collect_equalities(*item, found);
    collect_equalities(query.node->whereClause, nullptr, nullptr, found);
    const SubLink* link = query.link;
    if (link != nullptr && link->subLinkType == ANY_SUBLINK && link->operName == nullptr &&
        query.outputs.size() == 1 && query.outputs[0].item != nullptr) {
        if (const auto tested = place_of(link->testexpr))
            found.columns.emplace_back(*tested, Place{query.outputs[0].item, query.outputs[0].column});
    }
    return found;
}

// Every column that must equal one of `known`, also inside of sub-selects.
std::set<Place> Rewriter::equal_to(std::set<Place> known, const Equalities& equalities) {
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

// Every row that a query reads of people is one of those whose key equals one of `known`.
bool Rewriter::reads_only(const Query& query, const std::set<Place>& known) const {
    if (query.kind != Query::Kind::select) return !reads_counted(query);
    if (std::ranges::any_of(query.sub_queries, [&](const Query* inner) { return reads_counted(*inner); }))
        return false;
    return std::ranges::all_of(query.leaves, [&](const FromItem* item) { return reads_only(*item, known); });
}

bool Rewriter::reads_only(const FromItem& side, const std::set<Place>& known) const {
    switch (side.kind) {
        case FromItem::Kind::relation: return !is_counted(side) || is_key_of(side, known);
        case FromItem::Kind::subselect: return reads_only(*side.query, known);
        case FromItem::Kind::cte: return !reads_counted(*side.query);
        case FromItem::Kind::view: return false;
        case FromItem::Kind::function:
        case FromItem::Kind::merged: return true;
        case FromItem::Kind::join: return reads_only(*side.left, known) && reads_only(*side.right, known);
    }
    return false;
}

bool Rewriter::is_key_of(const FromItem& relation, const std::set<Place>& known) const {
    return std::ranges::all_of(relation.treatment->subjects, [&](const SubjectKey& subject) {
        return std::ranges::any_of(known, [&](const Place& place) {
            if (place.first != &relation || place.second < 0) return false;
            const Column* column = relation.columns[static_cast<std::size_t>(place.second)].attribute;
            return column != nullptr && column->number == subject.column;
        });
    });
}

// The column of `holder` that says whom a sub-query asks about, if it can ask about nobody else.
std::optional<std::string> Rewriter::person_asked_for(const Query& inner, const Query& holder) const {
    const Equalities equalities = equalities_of(inner);
    for (const auto& [from, to] : equalities.columns) {
        const FromItem& item = *from.first;
        if (item.level != &holder || item.unreachable) continue;
        if (reads_only(inner, equal_to({from}, equalities))) {
            return alias_of(item) + "." +
                   print::quote_identifier(item.columns[static_cast<std::size_t>(from.second)].name) +
                   "::text";
        }
    }
    return std::nullopt;
}

// The outer joins that may leave a FROM item empty; and with one of them, the column that says whose rows it
// then has not found.
Rewriter::Absence Rewriter::absence_of(const FromItem& item) const {
    Absence absence;
    const auto look = [&](const auto& self, const FromItem& join) -> void {
        if (join.kind != FromItem::Kind::join || &join == &item) return;
        // Inside of a join with an alias the joins around it are not seen; it may be left empty as a whole.
        if (!join.alias.empty()) absence.joins.clear();
        const bool on_left = is_member(&item, *join.left);
        const JoinType type = join.join->jointype;
        if (type == JOIN_FULL || type == (on_left ? JOIN_RIGHT : JOIN_LEFT)) absence.joins.push_back(&join);
        self(self, on_left ? *join.left : *join.right);
    };
    for (const FromItem* root : item.level->from) {
        if (is_member(&item, *root)) look(look, *root);
    }
    if (absence.joins.size() != 1 || absence.joins[0]->join->jointype == JOIN_FULL) return absence;
    const FromItem& join = *absence.joins[0];
    const FromItem& empty_side = join.join->jointype == JOIN_LEFT ? *join.right : *join.left;
    Equalities equalities;
    collect_equalities(join, equalities);
    for (const auto& [from, to] : equalities.columns) {
        const FromItem& other = *from.first;
        if (other.level != item.level || other.unreachable || is_member(&other, empty_side) ||
            !reads_only(empty_side, equal_to({from}, equalities)))
            continue;
        absence.person = alias_of(other) + "." +
                         print::quote_identifier(other.columns[static_cast<std::size_t>(from.second)].name) +
                         "::text";
        return absence;
    }
    if (item.kind == FromItem::Kind::subselect && item.subselect->lateral)
        absence.person = person_asked_for(*item.query, *item.level);
    return absence;
}

bool Rewriter::is_correlated(const Query& query) const {
    const auto inside = [&](const Query* level) {
        for (; level != nullptr; level = level->parent) {
            if (level == &query) return true;
        }
        return false;
    };
    return std::ranges::any_of(found_.bound, [&](const auto& entry) {
        return inside(entry.second.written_in) && !inside(entry.second.item->level);
    });
}

// A key, or what an answer without one costs: a person where it is known who was asked about, else a miss.
std::string Rewriter::key_or_nobody(std::string key, int depth, const std::optional<std::string>& person,
                                    bool once) {
    const std::string marker = std::string(nobody_key) + (once ? std::to_string(++shared_.hidden_names) : "");
    const std::string literal = print::quote_string(array_literal(marker, depth));
    return "COALESCE(" + std::move(key) + ", " + (person ? array_expression(*person, depth) : literal) + ")";
}

// Where a query's answer of nobody reaches the query that knows who was asked about.
void Rewriter::replace_nobody(std::vector<KeyExpression>& keys, const std::optional<std::string>& person) {
    if (!person) return;
    for (KeyExpression& key : keys) {
        const std::string empty =
            print::quote_string(array_literal(std::string(nobody_key), key.array_depth));
        key.expression = "COALESCE(NULLIF(" + key.expression + ", " + empty + "), " +
                         array_expression(*person, key.array_depth) + ")";
    }
}

// Every row that the text reads of people, on whatever level, is one person's, and the text says whose.
std::optional<AskedPerson> Rewriter::asked_person() const {
    Equalities all;
    for (const Query& query : found_.queries) {
        const Equalities here = equalities_of(query);
        all.columns.insert(all.columns.end(), here.columns.begin(), here.columns.end());
        all.values.insert(all.values.end(), here.values.begin(), here.values.end());
    }
    const auto same = [&](const Node* left, const Node* right) {
        return shared_.memory.equal(without_casts(left), without_casts(right));
    };
    for (const auto& [place, value] : all.values) {
        std::set<Place> known;
        for (const auto& [other, other_value] : all.values) {
            if (same(value, other_value)) known.insert(other);
        }
        known = equal_to(std::move(known), all);
        std::optional<AskedPerson> asked;
        const bool only = std::ranges::all_of(found_.items, [&](const FromItem& item) {
            if (item.kind == FromItem::Kind::view) return false;
            if (item.kind != FromItem::Kind::relation || !is_counted(item)) return true;
            const SubjectKey& subject = item.treatment->subjects.front();
            asked = AskedPerson{.subject = subject.kind, .type = item.relation->column(subject.column)->type};
            return item.treatment->subjects.size() == 1 && is_key_of(item, known);
        });
        if (!only || !asked) continue;
        const Node* plain = without_casts(value);
        if (IsA(plain, ParamRef)) {
            asked->parameter = reinterpret_cast<const ParamRef*>(plain)->number;
            return asked;
        }
        const auto* constant = reinterpret_cast<const A_Const*>(plain);
        switch (nodeTag(&constant->val)) {
            case T_Integer: asked->key = std::to_string(constant->val.ival.ival); return asked;
            case T_Float: asked->key = constant->val.fval.fval; return asked;
            case T_String: asked->key = constant->val.sval.sval; return asked;
            default: return std::nullopt;  // no key is a truth value or a bit string
        }
    }
    return std::nullopt;
}

bool Rewriter::tells_nothing() const {
    const SelectStmt* select = found_.root->node;
    const auto is_zero = [](const Node* node) {
        return node != nullptr && IsA(node, A_Const) && !reinterpret_cast<const A_Const*>(node)->isnull &&
               IsA(&reinterpret_cast<const A_Const*>(node)->val, Integer) &&
               reinterpret_cast<const A_Const*>(node)->val.ival.ival == 0;
    };
    return is_zero(select->limitCount) || (!found_.root->grouped() && is_false(select->whereClause));
}

}  // namespace sql::edits
