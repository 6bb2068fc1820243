#include "sql/edits/join_conditions.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

#include "sql/edits/added_condition.hpp"
#include "sql/edits/and_conditions.hpp"
#include "sql/edits/plain_select.hpp"
#include "sql/edits/select_places.hpp"
#include "sql/edits/text_changes.hpp"
#include "sql/is_one_of.hpp"

namespace sql::edits {
namespace {

struct MovableJoin {
    const SelectStmt* around;
    const JoinExpr* join;
};

bool has_others(const JoinExpr* join) {
    if (join->quals == nullptr) return false;
    const auto conditions = joined_by_and(join->quals);
    const auto joins = std::ranges::count_if(conditions, compares_two_columns);
    return joins > 0 && joins < std::ssize(conditions);
}

/// An inner join of a table of which no row is made up by an outer join around it.
const JoinExpr* join_in(const Node* item) {
    if (!IsA(item, JoinExpr)) return nullptr;
    const auto* join = reinterpret_cast<const JoinExpr*>(item);
    const bool inner = join->jointype == JOIN_INNER;
    if (join->alias != nullptr || (!inner && join->jointype != JOIN_LEFT)) return nullptr;
    std::vector<const ColumnRef*> columns;
    const bool fits =
        inner && IsA(join->rarg, RangeVar) && has_others(join) && !collect_columns(join->quals, &columns);
    return fits ? join : join_in(join->larg);
}

bool collect_joins(Node* node, std::vector<MovableJoin>* found) {
    if (node == nullptr) return false;
    if (IsA(node, SelectStmt)) {
        const auto* select = reinterpret_cast<SelectStmt*>(node);
        const bool has_target = select->targetList != nullptr &&
                                static_cast<const ResTarget*>(linitial(select->targetList))->location >= 0;
        const ListCell* c = nullptr;
        foreach (c, select->fromClause) {
            const JoinExpr* join = join_in(static_cast<const Node*>(lfirst(c)));
            if (join != nullptr && has_target) found->push_back({select, join});
        }
    }
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_joins), found);
}

/// LEFT is a function where a bracket follows.
bool begins_join(std::span<const parse::Token> all, std::size_t i) {
    for (const std::string_view word : {"join", "inner", "cross", "natural"}) {
        if (all[i].is_keyword(word)) return true;
    }
    const bool outer = all[i].is_keyword("left") || all[i].is_keyword("right") || all[i].is_keyword("full");
    return outer && i + 1 < all.size() && (all[i + 1].is_keyword("join") || all[i + 1].is_keyword("outer"));
}

/// The condition behind ON.
TokenRange behind_on(const parse::Tokens& tokens, const JoinExpr* join, std::size_t last) {
    const auto all = tokens.all();
    const auto* table = reinterpret_cast<const RangeVar*>(join->rarg);
    std::size_t i = tokens.token_at(table->location);
    while (i < last && !all[i].is_keyword("on"))
        i = tokens.past(i);
    const std::size_t begin = i + 1;
    std::size_t end = begin;
    while (end < last && !begins_join(all, end) && !all[end].is_op(",") && !all[end].is_op(")"))
        end = tokens.past(end);
    return {begin, end};
}

std::optional<std::string> moved(const parse::Tokens& tokens, std::size_t begin, std::size_t end,
                                 const MovableJoin& candidate) {
    const auto all = tokens.all();
    const auto* target = static_cast<const ResTarget*>(linitial(candidate.around->targetList));
    const SelectPlaces places = places_of(tokens, tokens.token_at(target->location));
    const auto [begins, ends] = behind_on(tokens, candidate.join, places.where);
    const auto ranges = joined_by_and(tokens, begins, ends);
    const auto conditions = joined_by_and(candidate.join->quals);
    if (ranges.size() != conditions.size()) return std::nullopt;
    std::string joins;
    std::string others;
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        std::string& into = compares_two_columns(conditions[i]) ? joins : others;
        into += (into.empty() ? "" : " AND ") + tokens.text_of(ranges[i].first, ranges[i].second);
    }
    std::vector<TextChange> changes{{all[begins].begin, all[ends - 1].end, std::move(joins)}};
    add_condition(tokens, candidate.around, places, others, changes);
    return with_changes(tokens.text(), begin, end, std::move(changes));
}

}  // namespace

std::optional<std::string> with_join_conditions_outside(const parse::Tokens& tokens, std::size_t begin,
                                                        std::size_t end, const SelectStmt* query) {
    std::vector<MovableJoin> candidates;
    collect_joins(reinterpret_cast<Node*>(const_cast<SelectStmt*>(query)), &candidates);
    for (const MovableJoin& candidate : candidates) {
        if (auto text = moved(tokens, begin, end, candidate)) return text;
    }
    return std::nullopt;
}

}  // namespace sql::edits
