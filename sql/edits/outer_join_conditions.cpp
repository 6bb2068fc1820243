#include "sql/edits/outer_join_conditions.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "sql/edits/added_condition.hpp"
#include "sql/edits/and_conditions.hpp"
#include "sql/edits/plain_select.hpp"
#include "sql/edits/select_places.hpp"
#include "sql/edits/text_changes.hpp"
#include "sql/is_one_of.hpp"
#include "sql/print/quote.hpp"
#include "sql/resolve/levels.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

struct OuterJoin {
    const SelectStmt* around;
    const JoinExpr* join;
};

bool collect_outer_joins(Node* node, std::vector<OuterJoin>* found) {
    if (node == nullptr) return false;
    if (IsA(node, SelectStmt)) {
        const auto* select = reinterpret_cast<SelectStmt*>(node);
        const JoinExpr* join = only_join(select);
        if (join != nullptr && join->jointype == JOIN_LEFT && select->targetList != nullptr &&
            !resolve::is_table_command(select))
            found->push_back({select, join});
    }
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_outer_joins), found);
}

bool collect_calls_and_columns(Node* node, std::vector<Node*>* found) {
    if (node == nullptr) return false;
    if (IsA(node, FuncCall) || IsA(node, ColumnRef) || IsA(node, SubLink)) found->push_back(node);
    if (IsA(node, SubLink)) return false;
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_calls_and_columns), found);
}

std::vector<Node*> calls_and_columns(Node* node) {
    std::vector<Node*> found;
    collect_calls_and_columns(node, &found);
    return found;
}

class Outside {
public:
    Outside(const parse::Tokens& tokens, const OuterJoin& found, const NamedTables& tables)
        : tokens_(tokens), all_(tokens.all()), around_(found.around), join_(found.join), tables_(tables) {}

    std::optional<std::vector<TextChange>> made() {
        if (!find_table() || !split_conditions() || others_.empty() || shown_elsewhere() || !put_filters())
            return std::nullopt;
        return std::move(changes_);
    }

private:
    // The table that is joined, with the condition of the sub-select that it may stand in.
    bool find_table() {
        places_ = places_of(tokens_, first_target(tokens_, around_));
        if (places_.from == 0) return false;
        if (IsA(join_->rarg, RangeVar)) {
            const auto* name = reinterpret_cast<const RangeVar*>(join_->rarg);
            alias_ = alias_of(name);
            relation_ = tables_.table(name);
            on_ = next_on(tokens_.token_at(name->location));
            return relation_ != nullptr && on_ != 0;
        }
        if (!IsA(join_->rarg, RangeSubselect)) return false;
        const auto* sub = reinterpret_cast<const RangeSubselect*>(join_->rarg);
        const auto* inner = reinterpret_cast<const SelectStmt*>(sub->subquery);
        if (sub->lateral || sub->alias == nullptr || sub->alias->colnames != nullptr ||
            !is_plain_list(inner) || inner->whereClause == nullptr || list_length(inner->fromClause) != 1 ||
            !lists_columns(inner->targetList) ||
            !IsA(static_cast<const Node*>(linitial(inner->fromClause)), RangeVar))
            return false;
        const auto* name = static_cast<const RangeVar*>(linitial(inner->fromClause));
        alias_ = sub->alias->aliasname;
        relation_ = tables_.table(name);
        return relation_ != nullptr && take_out_of_sub_select(inner, name);
    }

    // (SELECT * FROM orders o WHERE ...) AS x as orders AS x
    bool take_out_of_sub_select(const SelectStmt* inner, const RangeVar* name) {
        const std::size_t target = first_target(tokens_, inner);
        if (target < 2 || !all_[target - 1].is_keyword("select") || !all_[target - 2].is_op('('))
            return false;
        const std::size_t open = target - 2;
        const SelectPlaces places = places_of(tokens_, target);
        std::vector<const ColumnRef*> columns;
        if (places.where_end != tokens_.closing(open) || collect_columns(inner->whereClause, &columns))
            return false;
        std::vector<TextChange> named;
        for (const ColumnRef* ref : columns) {
            const std::size_t first = tokens_.token_at(ref->location);
            const std::size_t last = first + 2 * static_cast<std::size_t>(list_length(ref->fields) - 1);
            named.push_back({all_[first].begin, all_[last].begin, prefix()});
        }
        others_.push_back(with_changes(tokens_.text(), all_[places.where + 1].begin,
                                       all_[places.where_end - 1].end, std::move(named)));
        const std::size_t first = tokens_.token_at(name->location);
        const std::size_t last = first + (name->schemaname != nullptr ? 2U : 0U);
        changes_.push_back(
            {all_[open].begin, all_[tokens_.closing(open)].end, tokens_.text_of(first, last + 1)});
        on_ = next_on(tokens_.closing(open));
        return on_ != 0;
    }

    [[nodiscard]] std::size_t next_on(std::size_t i) const {
        while (i < places_.where && !all_[i].is_keyword("on"))
            i = tokens_.past(i);
        return i < places_.where ? i : 0;
    }

    // What ON asks of the table alone goes; columns that are equal stay.
    bool split_conditions() {
        const auto nodes = joined_by_and(join_->quals);
        const auto ranges = joined_by_and(tokens_, on_ + 1, places_.where);
        if (ranges.size() != nodes.size()) return false;
        std::string kept;
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            const std::string text = tokens_.text_of(ranges[i].first, ranges[i].second);
            if (compares_two_columns(nodes[i])) {
                kept += (kept.empty() ? "" : " AND ") + text;
                continue;
            }
            const auto found = calls_and_columns(nodes[i]);
            if (!std::ranges::all_of(found,
                                     [&](const Node* one) { return !IsA(one, SubLink) && !is_other(one); }))
                return false;
            others_.push_back(text);
        }
        if (kept.empty()) return false;
        changes_.push_back({all_[on_ + 1].begin, all_[places_.where - 1].end, kept});
        return true;
    }

    /// A column that is not, by its text, one of the table's.
    [[nodiscard]] bool is_other(const Node* node) const { return IsA(node, ColumnRef) && !is_own(node); }
    [[nodiscard]] bool is_own(const Node* node) const {
        const List* fields = reinterpret_cast<const ColumnRef*>(node)->fields;
        return list_length(fields) == 2 && alias_ == strVal(linitial(fields)) &&
               IsA(static_cast<const Node*>(lsecond(fields)), String);
    }

    /// It may be one: the other tables' are named by nothing, too.
    [[nodiscard]] bool may_be_own(const Node* node) const {
        const List* fields = reinterpret_cast<const ColumnRef*>(node)->fields;
        const auto* first = static_cast<const Node*>(linitial(fields));
        if (IsA(first, A_Star)) return true;
        if (list_length(fields) > 1) return alias_ == strVal(linitial(fields));
        return alias_ == strVal(first) || relation_->column(std::string_view(strVal(first))) != nullptr;
    }

    // Outside of aggregates nothing is made of its rows.
    [[nodiscard]] bool shown_elsewhere() const {
        for (Node* part : {around_->whereClause, reinterpret_cast<Node*>(around_->groupClause),
                           reinterpret_cast<Node*>(around_->windowClause),
                           reinterpret_cast<Node*>(around_->distinctClause)}) {
            for (const Node* node : calls_and_columns(part)) {
                if (IsA(node, SubLink) || (IsA(node, ColumnRef) && may_be_own(node))) return true;
            }
        }
        return false;
    }

    bool put_filters() {
        std::string condition;
        for (const std::string& other : others_)
            condition += (condition.empty() ? "(" : " AND (") + other + ")";
        std::vector<const Node*> inside;
        std::vector<const Node*> all;
        for (Node* part : {reinterpret_cast<Node*>(around_->targetList), around_->havingClause,
                           reinterpret_cast<Node*>(around_->sortClause)}) {
            for (Node* node : calls_and_columns(part)) {
                if (IsA(node, SubLink)) return false;
                all.push_back(node);
                if (!IsA(node, FuncCall)) continue;
                const auto* call = reinterpret_cast<FuncCall*>(node);
                if (!may_aggregate(call, tables_.catalog())) continue;
                auto arguments = calls_and_columns(reinterpret_cast<Node*>(call->args));
                const auto filter = calls_and_columns(call->agg_filter);
                inside.insert(inside.end(), arguments.begin(), arguments.end());
                inside.insert(inside.end(), filter.begin(), filter.end());
                if (!put_filter(call, arguments, filter, condition)) return false;
            }
        }
        return std::ranges::all_of(all, [&](const Node* node) {
            return !IsA(node, ColumnRef) || !may_be_own(node) ||
                   std::ranges::find(inside, node) != inside.end();
        });
    }

    /// What PostgreSQL's operators and casts make of the table's columns: NULL where the join finds no row.
    [[nodiscard]] bool is_null_without_row(const Node* node) const {
        if (IsA(node, ColumnRef)) return is_own(node);
        if (IsA(node, TypeCast)) return is_null_without_row(reinterpret_cast<const TypeCast*>(node)->arg);
        if (!IsA(node, A_Expr)) return false;
        const auto* expr = reinterpret_cast<const A_Expr*>(node);
        const auto fits = [&](const Node* side) { return IsA(side, A_Const) || is_null_without_row(side); };
        return expr->kind == AEXPR_OP && list_length(expr->name) == 1 && expr->lexpr != nullptr &&
               is_one_of(strVal(linitial(expr->name)), "+", "-", "*", "/") && fits(expr->lexpr) &&
               fits(expr->rexpr) && !(IsA(expr->lexpr, A_Const) && IsA(expr->rexpr, A_Const));
    }

    bool put_filter(const FuncCall* call, const std::vector<Node*>& arguments,
                    const std::vector<Node*>& filter, const std::string& condition) {
        const auto is_column = [](const Node* node) { return IsA(node, ColumnRef); };
        const bool owned = std::ranges::any_of(arguments, is_column) && list_length(call->args) == 1 &&
                           is_null_without_row(static_cast<const Node*>(linitial(call->args)));
        if (!owned) {
            // As often as a row is joined, it is counted once.
            const bool once = call->agg_distinct && std::ranges::none_of(arguments, [&](const Node* node) {
                                  return is_column(node) && may_be_own(node);
                              });
            const bool asks = std::ranges::any_of(
                filter, [&](const Node* node) { return is_column(node) && may_be_own(node); });
            return once && !asks;
        }
        if (call->agg_order != nullptr || call->agg_within_group) return false;
        std::size_t open = tokens_.token_at(call->location);
        while (!all_[open].is_op('('))
            ++open;
        const std::size_t close = tokens_.closing(open);
        if (call->agg_filter == nullptr) {
            changes_.push_back({all_[close].end, all_[close].end, " FILTER (WHERE " + condition + ")"});
            return true;
        }
        const std::size_t bracket = close + 2;  // FILTER ( WHERE ... )
        if (bracket + 1 >= all_.size() || !all_[bracket].is_op('(') || !all_[bracket + 1].is_keyword("where"))
            return false;
        const bool choice = is_choice(call->agg_filter);
        const std::size_t at = all_[bracket + 1].end;
        const std::size_t behind = all_[tokens_.closing(bracket)].begin;
        changes_.push_back({at, at, " " + condition + (choice ? " AND (" : " AND ")});
        if (choice) changes_.push_back({behind, behind, ")"});
        return true;
    }

    [[nodiscard]] std::string prefix() const { return print::quote_identifier(alias_) + "."; }

    const parse::Tokens& tokens_;
    std::span<const parse::Token> all_;
    const SelectStmt* around_;
    const JoinExpr* join_;
    const NamedTables& tables_;
    SelectPlaces places_;
    std::string_view alias_;
    const Relation* relation_ = nullptr;
    std::size_t on_ = 0;               // the token ON
    std::vector<std::string> others_;  // conditions of the table alone
    std::vector<TextChange> changes_;
};

}  // namespace

std::optional<std::string> with_outer_join_conditions_outside(const parse::Tokens& tokens, std::size_t begin,
                                                              std::size_t end, const SelectStmt* query,
                                                              const NamedTables& tables) {
    std::vector<OuterJoin> found;
    collect_outer_joins(reinterpret_cast<Node*>(const_cast<SelectStmt*>(query)), &found);
    for (const OuterJoin& one : found) {
        auto changes = Outside(tokens, one, tables).made();
        if (changes) return with_changes(tokens.text(), begin, end, std::move(*changes));
    }
    return std::nullopt;
}

}  // namespace sql::edits
