#include "sql/edits/flatten.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "sql/edits/added_condition.hpp"
#include "sql/edits/plain_select.hpp"
#include "sql/edits/select_places.hpp"
#include "sql/edits/text_changes.hpp"
#include "sql/print/quote.hpp"
#include "sql/resolve/levels.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

struct Candidate {
    const SelectStmt* around;
    const SelectStmt* inner;
    const Alias* alias;
    bool alone;  // in FROM
};

std::optional<Candidate> found_in(const SelectStmt* select);

/// `inner_only`: no outer join makes up rows for it, so that its WHERE may stand behind the joins.
std::optional<Candidate> found_at(const SelectStmt* around, const Node* item, bool inner_only = true) {
    if (IsA(item, JoinExpr)) {
        const auto* join = reinterpret_cast<const JoinExpr*>(item);
        if (join->isNatural) return std::nullopt;  // it would join by more columns
        const bool inner = inner_only && join->alias == nullptr;
        auto found = found_at(around, join->larg,
                              inner && (join->jointype == JOIN_INNER || join->jointype == JOIN_LEFT));
        return found ? found
                     : found_at(around, join->rarg,
                                inner && (join->jointype == JOIN_INNER || join->jointype == JOIN_RIGHT));
    }
    if (!IsA(item, RangeSubselect)) return std::nullopt;
    const auto* subselect = reinterpret_cast<const RangeSubselect*>(item);
    if (subselect->lateral || !IsA(subselect->subquery, SelectStmt)) return std::nullopt;
    const auto* inner = reinterpret_cast<const SelectStmt*>(subselect->subquery);
    if (auto deeper = found_in(inner)) return deeper;
    if (!is_plain_list(inner) || !lists_columns(inner->targetList) || list_length(inner->fromClause) != 1 ||
        subselect->alias == nullptr || subselect->alias->colnames != nullptr)
        return std::nullopt;
    const auto* table = static_cast<const Node*>(linitial(inner->fromClause));
    if (!IsA(table, RangeVar) || !reinterpret_cast<const RangeVar*>(table)->inh) return std::nullopt;
    const auto* alias = reinterpret_cast<const RangeVar*>(table)->alias;
    if (alias != nullptr && alias->colnames != nullptr) return std::nullopt;
    const bool alone = list_length(around->fromClause) == 1 && linitial(around->fromClause) == item;
    return inner->whereClause == nullptr || inner_only
               ? std::optional(Candidate{around, inner, subselect->alias, alone})
               : std::nullopt;
}

std::optional<Candidate> found_in(const SelectStmt* select) {
    if (select->op != SETOP_NONE) {
        auto found = found_in(select->larg);
        return found ? found : found_in(select->rarg);
    }
    const ListCell* c = nullptr;
    if (select->withClause != nullptr) {
        foreach (c, select->withClause->ctes) {
            const Node* query = static_cast<const CommonTableExpr*>(lfirst(c))->ctequery;
            if (!IsA(query, SelectStmt)) continue;
            if (auto found = found_in(reinterpret_cast<const SelectStmt*>(query))) return found;
        }
    }
    foreach (c, select->fromClause) {
        if (auto found = found_at(select, static_cast<const Node*>(lfirst(c)))) return found;
    }
    return std::nullopt;
}

/// The condition, its columns named by the sub-select's alias where other tables stand beside it.
std::optional<std::string> condition_of(const parse::Tokens& tokens, const Candidate& found,
                                        const SelectPlaces& places) {
    std::vector<const ColumnRef*> columns;
    if (collect_columns(found.inner->whereClause, &columns)) return std::nullopt;
    const auto all = tokens.all();
    std::vector<TextChange> changes;
    for (const ColumnRef* column : columns) {
        const std::size_t first = tokens.token_at(column->location);
        const auto last = first + 2 * static_cast<std::size_t>(list_length(column->fields) - 1);
        if (!found.alone)
            changes.push_back(
                {all[first].begin, all[last].begin, print::quote_identifier(found.alias->aliasname) + "."});
        else if (first != last)
            changes.push_back({all[first].begin, all[last].begin, {}});
    }
    const std::string text = with_changes(tokens.text(), all[places.where + 1].begin,
                                          all[places.where_end - 1].end, std::move(changes));
    return is_choice(found.inner->whereClause) ? "(" + text + ")" : text;
}

}  // namespace

std::optional<std::string> without_a_sub_select(const parse::Tokens& tokens, std::size_t begin,
                                                std::size_t end, const SelectStmt* query) {
    const auto found = found_in(query);
    if (!found || found->around->targetList == nullptr || resolve::is_table_command(found->around))
        return std::nullopt;
    const auto all = tokens.all();
    const std::size_t target = first_target(tokens, found->inner);
    if (target < 2 || !all[target - 1].is_keyword("select") || !all[target - 2].is_op("("))
        return std::nullopt;
    const SelectPlaces inner = places_of(tokens, target);
    const std::size_t close = tokens.closing(target - 2);
    if (inner.from == 0 || inner.where_end != close) return std::nullopt;

    const auto* table = static_cast<const RangeVar*>(linitial(found->inner->fromClause));
    const std::size_t name = tokens.token_at(table->location);
    if (name != inner.from + 1) return std::nullopt;
    const std::size_t name_end =
        name + (table->schemaname != nullptr ? 2U : 0U) + (table->catalogname != nullptr ? 2U : 0U);
    std::vector<TextChange> changes{
        {all[target - 2].begin, all[close].end, tokens.text_of(name, name_end + 1)}};
    if (found->inner->whereClause != nullptr) {
        const auto condition = condition_of(tokens, *found, inner);
        if (!condition) return std::nullopt;
        add_condition(tokens, found->around, places_of(tokens, first_target(tokens, found->around)),
                      *condition, changes);
    }
    return with_changes(tokens.text(), begin, end, std::move(changes));
}

}  // namespace sql::edits
