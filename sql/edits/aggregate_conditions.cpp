#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "sql/edits/rewriter.hpp"
#include "sql/edits/total_expressions.hpp"
#include "sql/print/quote.hpp"

#include "sql/parse/pg_nodes.hpp"

// Conditions of a role that may see only aggregates. Two statements that differ by one person must not both
// be answered: so conditions name no person, and each of them leaves out nobody or a whole group of people.
namespace sql::edits {
namespace {

Error not_aggregated(std::string message, std::string hint, int location) {
    Error error{.code = Errc::not_aggregated, .message = std::move(message), .hint = std::move(hint)};
    if (location >= 0) error.offset = static_cast<std::size_t>(location);
    return error;
}

const char* const condition_hint =
    "Compare one column that is shown in clear and names nobody with constants; join conditions with AND.";

bool is_one_of(std::string_view name, auto... names) { return ((name == names) || ...); }

/// CASE WHEN condition THEN x [ELSE y] END, else nullptr.
const CaseExpr* one_choice(const Node* node) {
    if (node == nullptr || !IsA(node, CaseExpr)) return nullptr;
    const auto* choice = reinterpret_cast<const CaseExpr*>(node);
    return choice->arg == nullptr && list_length(choice->args) == 1 ? choice : nullptr;
}

const CaseWhen* when_of(const CaseExpr* choice) {
    return static_cast<const CaseWhen*>(linitial(choice->args));
}

constexpr std::array<Oid, 3> integers = {20, 21, 23};  // int8, int2, int4
constexpr Oid numeric = 1700;

}  // namespace

// The only column that an expression names, if no value of it can make the expression fail, and it is shown
// in clear and names nobody.
std::optional<Place> Rewriter::harmless_column(const Query& query, Node* node) const {
    std::set<Place> named;
    bool bound = true;
    collect_places(node, named, bound);
    if (!bound || named.size() != 1) return std::nullopt;
    const Place place = *named.begin();
    const resolve::ItemColumn& column = place.first->columns[static_cast<std::size_t>(place.second)];
    const auto type_of = [&](const Node* ref) {
        const auto at = edits::place_of(found_, ref);
        const Column* attribute =
            at ? at->first->columns[static_cast<std::size_t>(at->second)].attribute : nullptr;
        return attribute == nullptr ? Oid{0} : attribute->type;
    };
    if (column.shown != resolve::Shown::open || names_a_person(query, place) || !cannot_fail(node, type_of))
        return std::nullopt;
    return place;
}

void Rewriter::collect_places(Node* node, std::set<Place>& places, bool& bound) const {
    struct Context {
        const resolve::Resolution& text;
        std::set<Place>& places;
        bool& bound;
        static bool walk(Node* at, void* context) {
            if (at == nullptr) return false;
            auto& self = *static_cast<Context*>(context);
            if (IsA(at, ColumnRef)) {
                const auto place = edits::place_of(self.text, at);
                if (place)
                    self.places.insert(*place);
                else
                    self.bound = false;
                return false;
            }
            return raw_expression_tree_walker(at, reinterpret_cast<bool (*)()>(walk), context);
        }
    } context{found_, places, bound};
    Context::walk(node, &context);
}

// A subject's key, whatever must equal one, and keys of rows.
bool Rewriter::names_a_person(const Query& query, const Place& place) const {
    const auto is_row_key = [](const FromItem& item, int column) {
        const Column* attribute = item.columns[static_cast<std::size_t>(column)].attribute;
        if (attribute == nullptr || item.relation == nullptr) return true;
        const auto& key = item.relation->primary_key;
        return std::ranges::find(key, attribute->number) != key.end() ||
               (item.treatment != nullptr &&
                std::ranges::find(item.treatment->subjects, attribute->number, &SubjectKey::column) !=
                    item.treatment->subjects.end());
    };
    std::set<Place> keys;
    for (const FromItem* item : query.leaves) {
        for (std::size_t i = 0; i < item->columns.size(); ++i) {
            if (is_row_key(*item, static_cast<int>(i))) keys.emplace(item, static_cast<int>(i));
        }
    }
    Equalities both = equalities_of(found_, query);
    const auto forward = both.columns;
    for (const auto& [from, to] : forward)
        both.columns.emplace_back(to, from);
    return equal_to(std::move(keys), both).contains(place);
}

bool Rewriter::may_group_by(const Query& query, const Node* key) const {
    if (IsA(key, GroupingSet)) {
        const auto* set = reinterpret_cast<const GroupingSet*>(key);
        const ListCell* c = nullptr;
        foreach (c, set->content) {
            if (!may_group_by(query, static_cast<const Node*>(lfirst(c)))) return false;
        }
        return true;
    }
    if (IsA(key, RowExpr)) {
        const ListCell* c = nullptr;
        foreach (c, reinterpret_cast<const RowExpr*>(key)->args) {
            if (!may_group_by(query, static_cast<const Node*>(lfirst(c)))) return false;
        }
        return true;
    }
    if (const Node* column = bucketed(key)) {
        const auto place = edits::place_of(found_, column);
        return place && !names_a_person(query, *place) && open_columns_only(const_cast<Node*>(key));
    }
    return IsA(key, A_Const) || (IsA(key, ColumnRef) && open_columns_only(const_cast<Node*>(key))) ||
           harmless_column(query, const_cast<Node*>(key)).has_value();
}

// A column, or arithmetic over one and constants whose result no value can push out of its type's range.
bool Rewriter::may_be_summed(Node* node) const {
    if (IsA(node, A_Const)) return true;
    if (const CaseExpr* choice = one_choice(node)) {
        Node* other = reinterpret_cast<Node*>(choice->defresult);
        Node* value = reinterpret_cast<Node*>(when_of(choice)->result);
        return one_choice(value) == nullptr && may_be_summed(value) &&
               (other == nullptr || (one_choice(other) == nullptr && may_be_summed(other)));
    }
    if (IsA(node, ColumnRef)) {
        // A whole row, as in count(c), would be one person's.
        const auto bound = found_.bound.find(node);
        return bound == found_.bound.end() || bound->second.column >= 0;
    }
    const auto type_of = [&](const Node* ref) {
        const auto place = IsA(ref, ColumnRef) ? edits::place_of(found_, ref) : std::nullopt;
        const Column* column =
            place ? place->first->columns[static_cast<std::size_t>(place->second)].attribute : nullptr;
        return column == nullptr ? Oid{0} : column->type;
    };
    const auto is_number = [&](const Node* ref) {
        return type_of(ref) == numeric || std::ranges::find(integers, type_of(ref)) != integers.end();
    };
    if (IsA(node, CoalesceExpr)) {
        const List* args = reinterpret_cast<CoalesceExpr*>(node)->args;
        return list_length(args) == 2 && IsA(static_cast<Node*>(linitial(args)), ColumnRef) &&
               may_be_summed(static_cast<Node*>(linitial(args))) &&
               IsA(static_cast<Node*>(lsecond(args)), A_Const);
    }
    if (IsA(node, TypeCast)) {
        const auto* cast = reinterpret_cast<TypeCast*>(node);
        return is_number(cast->arg) && cast->typeName->typmods == nullptr &&
               is_one_of(strVal(llast(cast->typeName->names)), "numeric", "float8");
    }
    if (!IsA(node, A_Expr)) return false;
    const auto* expr = reinterpret_cast<A_Expr*>(node);
    if (expr->kind != AEXPR_OP || expr->lexpr == nullptr || list_length(expr->name) != 1) return false;
    const bool column_left = !IsA(expr->lexpr, A_Const);
    Node* column = column_left ? expr->lexpr : expr->rexpr;
    Node* value = column_left ? expr->rexpr : expr->lexpr;
    if (!IsA(column, ColumnRef) || !IsA(value, A_Const) || reinterpret_cast<A_Const*>(value)->isnull)
        return false;
    // Integers would overflow; with 1.0 in place of 1 PostgreSQL reckons in numeric.
    const A_Const* constant = reinterpret_cast<A_Const*>(value);
    const bool decimal = IsA(&constant->val, Float);
    const std::string_view written = decimal ? constant->val.fval.fval : "";
    const bool plain = written.find_first_of("eE") == std::string_view::npos && written.size() < 12;
    const bool in_numeric = (type_of(column) == numeric && (decimal || IsA(&constant->val, Integer))) ||
                            (is_number(column) && decimal && written.find('.') != std::string_view::npos);
    const std::string_view op = strVal(linitial(expr->name));
    const bool is_zero = decimal ? written.find_first_of("123456789") == std::string_view::npos
                                 : IsA(&constant->val, Integer) && constant->val.ival.ival == 0;
    return in_numeric && plain && (is_one_of(op, "+", "-", "*") || (op == "/" && column_left && !is_zero));
}

// The conditions that AND joins in the tokens [first, last), each as text, with the one column that it names.
Result<std::vector<Rewriter::Conjunct>> Rewriter::conjuncts_of(const Query& query, Node* condition,
                                                               std::size_t first, std::size_t last) {
    const auto all = tokens_.all();
    std::vector<Conjunct> parts;
    std::size_t begin = first;
    bool between = false;
    for (std::size_t i = first; i <= last;) {
        const bool is_and = i < last && all[i].is_keyword("and");
        if (i == last || (is_and && !between)) {
            auto text = print_again(begin, i);
            if (!text) return text.error();
            parts.push_back({.text = std::move(*text), .node = nullptr});
            begin = i + 1;
        }
        if (i == last) break;
        if (is_and) between = false;
        if (all[i].is_keyword("between")) between = true;
        i = all[i].is_op("(") || all[i].is_op("[") ? tokens_.closing(i) + 1 : i + 1;
    }
    std::vector<Node*> nodes;
    if (IsA(condition, BoolExpr) && reinterpret_cast<BoolExpr*>(condition)->boolop == AND_EXPR) {
        const ListCell* c = nullptr;
        foreach (c, reinterpret_cast<BoolExpr*>(condition)->args)
            nodes.push_back(static_cast<Node*>(lfirst(c)));
    } else {
        nodes.push_back(condition);
    }
    const int location = static_cast<int>(all[first].begin);
    if (nodes.size() != parts.size())
        return not_aggregated("conditions in brackets cannot be told apart", "Leave out brackets around AND.",
                              location);
    for (std::size_t i = 0; i < parts.size(); ++i) {
        parts[i].node = nodes[i];
        parts[i].joins = joins_columns(nodes[i]);
        if (!parts[i].joins && has_column(nodes[i]) && !harmless_column(query, nodes[i]))
            return not_aggregated("a condition here could single out a person", condition_hint, location);
    }
    return parts;
}

// a.x = b.y
bool Rewriter::joins_columns(const Node* condition) const {
    if (!IsA(condition, A_Expr)) return false;
    const auto* expr = reinterpret_cast<const A_Expr*>(condition);
    if (expr->kind != AEXPR_OP || list_length(expr->name) != 1 ||
        std::string_view(strVal(linitial(expr->name))) != "=")
        return false;
    const auto left = edits::place_of(found_, expr->lexpr);
    const auto right = edits::place_of(found_, expr->rexpr);
    const auto is_open = [](const Place& place) {
        return place.first->columns[static_cast<std::size_t>(place.second)].shown == resolve::Shown::open;
    };
    return left && right && left->first != right->first && is_open(*left) && is_open(*right);
}

Result<void> Rewriter::check_joins(const FromItem& item) const {
    if (item.kind != FromItem::Kind::join) return {};
    if (auto done = check_joins(*item.left); !done) return done;
    if (auto done = check_joins(*item.right); !done) return done;
    for (const resolve::ItemColumn& column : item.columns) {
        if (column.merged != nullptr && column.shown != resolve::Shown::open)
            return not_aggregated("tables may be joined here only by columns that are shown in clear",
                                  "Join them by another column.", -1);
    }
    const Node* quals = item.join->quals;
    if (quals == nullptr || joins_columns(quals)) return {};
    if (IsA(quals, BoolExpr) && reinterpret_cast<const BoolExpr*>(quals)->boolop == AND_EXPR) {
        const ListCell* c = nullptr;
        bool all = true;
        foreach (c, reinterpret_cast<const BoolExpr*>(quals)->args)
            all = all && joins_columns(static_cast<const Node*>(lfirst(c)));
        if (all) return {};
    }
    return not_aggregated("tables may be joined here only where a column of one equals a column of the other",
                          "Put other conditions into WHERE.", -1);
}

// Every group holds enough people, and each condition leaves out nobody or enough of them. WHERE becomes a
// FILTER of every aggregate, so that those whom it leaves out can be counted beside the others.
Result<void> Rewriter::prove_groups(Query& query, const std::vector<std::string>& keys) {
    for (const FromItem* item : query.from) {
        if (auto done = check_joins(*item); !done) return done;
    }
    std::vector<Conjunct> conditions;
    std::vector<std::string> joins;
    if (query.node->whereClause != nullptr) {
        auto where = places(query);
        if (!where) return where.error();
        auto parts = conjuncts_of(query, query.node->whereClause, where->where + 1, where->where_end);
        if (!parts) return parts.error();
        for (Conjunct& part : *parts) {
            if (part.joins)
                joins.push_back(part.text);
            else
                conditions.push_back(std::move(part));
        }
        if (!conditions.empty()) {
            if (auto done = replace_where(query, *where, joins); !done) return done;
        }
    }
    std::vector<std::string> having;
    prove(keys, {}, conditions, true, having);
    for (resolve::Call* call : query.calls) {
        if (call->role != resolve::CallRole::aggregate) continue;
        if (auto done = filter_aggregate(query, *call, keys, conditions, having); !done) return done;
    }
    return having.empty() ? Result<void>() : add_having(query, having);
}

namespace {

/// (a) AND (b), without the one at `left_out`; empty: no condition.
std::string all_of(const std::vector<std::string>& texts,
                   std::size_t left_out = static_cast<std::size_t>(-1)) {
    std::string text;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (i != left_out) text += (text.empty() ? "(" : " AND (") + texts[i] + ")";
    }
    return text;
}

}  // namespace

// Those whom `conditions` choose of those whom `base` chose: enough of them, or for a FILTER nobody; and each
// condition leaves out of the others' choice nobody or enough.
void Rewriter::prove(const std::vector<std::string>& keys, const std::vector<Conjunct>& base,
                     const std::vector<Conjunct>& conditions, bool must_hold,
                     std::vector<std::string>& having) const {
    const int enough = shared_.treatment.aggregates_only->min_group;
    std::vector<std::string> texts;
    for (const auto* part : {&base, &conditions}) {
        for (const Conjunct& one : *part)
            texts.push_back(one.text);
    }
    const std::string chosen = all_of(texts);
    for (const std::string& key : keys) {
        const std::string people = "\"pg_catalog\".\"count\"(DISTINCT " + key + ")";
        const auto of = [&](const std::string& condition) {
            return condition.empty() ? people : people + " FILTER (WHERE " + condition + ")";
        };
        const std::string none_or_enough = " NOT BETWEEN 1 AND " + std::to_string(enough - 1);
        const auto ask = [&](std::string condition) {
            if (std::ranges::find(having, condition) == having.end()) having.push_back(std::move(condition));
        };
        if (must_hold)
            ask(of(chosen) + " >= " + std::to_string(enough));
        else if (enough > 1)
            ask(of(chosen) + none_or_enough);
        for (std::size_t i = base.size(); i < texts.size() && enough > 1; ++i) {
            const std::string others = all_of(texts, i);
            ask(of((others.empty() ? "" : others + " AND ") + "(" + texts[i] + ") IS NOT TRUE") +
                none_or_enough);
        }
    }
}

// Only what joins tables stays in WHERE, behind the pins.
Result<void> Rewriter::replace_where(Query& query, const SelectPlaces& where,
                                     const std::vector<std::string>& joins) {
    auto pins = pins_of(query);
    if (!pins) return pins.error();
    std::string kept;
    for (const std::string& pin : *pins)
        kept += (kept.empty() ? "" : " AND ") + pin;
    if (!joins.empty()) kept += (kept.empty() ? "" : " AND ") + all_of(joins);
    pinned_.insert(&query);
    replace_tokens(where.where, where.where_end, kept.empty() ? std::string() : "WHERE " + kept);
    said_again(where.where, where.where_end);
    query.node->whereClause = nullptr;
    if (kept.empty()) return {};
    auto node = parse_expression(kept);
    if (!node) return node.error();
    query.node->whereClause = *node;
    return {};
}

Result<void> Rewriter::filter_aggregate(const Query& query, resolve::Call& call,
                                        const std::vector<std::string>& keys,
                                        const std::vector<Conjunct>& conditions,
                                        std::vector<std::string>& having) {
    const auto all = tokens_.all();
    const std::size_t close = tokens_.closing(arguments_of(call));
    std::vector<std::string> texts;
    for (const Conjunct& condition : conditions)
        texts.push_back(condition.text);
    if (call.node->agg_filter == nullptr) {
        if (auto done = prove_choice(query, call, keys, conditions, having); !done) return done;
        if (texts.empty()) return {};
        insert_at(close + 1, " FILTER (WHERE " + all_of(texts) + ")");
    } else {
        // FILTER ( WHERE ... )
        const std::size_t open = close + 2;
        if (open >= all.size() || !all[open].is_op("(") || !all[open + 1].is_keyword("where"))
            return not_aggregated("this FILTER was not understood", condition_hint, call.node->location);
        const std::size_t end = tokens_.closing(open);
        auto own = conjuncts_of(query, call.node->agg_filter, open + 2, end);
        if (!own) return own.error();
        if (std::ranges::any_of(*own, &Conjunct::joins))
            return not_aggregated("a FILTER may not compare columns here", condition_hint,
                                  call.node->location);
        prove(keys, conditions, *own, false, having);
        std::vector<Conjunct> chosen = conditions;
        chosen.insert(chosen.end(), own->begin(), own->end());
        if (auto done = prove_choice(query, call, keys, std::move(chosen), having); !done) return done;
        for (const Conjunct& condition : *own)
            texts.push_back(condition.text);
        replace_tokens(open + 2, end, all_of(texts));
        said_again(open + 2, end);
    }
    auto node = parse_expression(all_of(texts));
    if (!node) return node.error();
    call.node->agg_filter = *node;
    return {};
}

// CASE WHEN condition THEN x ELSE y END in an aggregate shows two choices of people, as two FILTERs would.
Result<void> Rewriter::prove_choice(const Query& query, const resolve::Call& call,
                                    const std::vector<std::string>& keys, std::vector<Conjunct> chosen,
                                    std::vector<std::string>& having) {
    const CaseExpr* choice = list_length(call.node->args) == 1
                                 ? one_choice(static_cast<Node*>(linitial(call.node->args)))
                                 : nullptr;
    if (choice == nullptr) return {};
    const auto all = tokens_.all();
    const std::size_t begin = token_at(choice->location) + 2;  // CASE WHEN ...
    std::size_t end = begin;
    while (end < all.size() && !all[end].is_keyword("then") && !all[end].is_keyword("case"))
        end = all[end].is_op("(") || all[end].is_op("[") ? tokens_.closing(end) + 1 : end + 1;
    if (end >= all.size() || !all[end].is_keyword("then") || !all[begin - 1].is_keyword("when"))
        return not_aggregated("this CASE was not understood", condition_hint, choice->location);
    Node* condition = reinterpret_cast<Node*>(when_of(choice)->expr);
    auto own = conjuncts_of(query, condition, begin, end);
    if (!own) return own.error();
    if (std::ranges::any_of(*own, &Conjunct::joins))
        return not_aggregated("a CASE may not compare columns here", condition_hint, choice->location);
    prove(keys, chosen, *own, false, having);
    return {};
}

// The text of these tokens was printed apart: nothing more is to be changed in it.
void Rewriter::said_again(std::size_t first, std::size_t last) {
    searched_.emplace_back(tokens_.all()[first].begin, tokens_.all()[last - 1].end);
}

}  // namespace sql::edits
