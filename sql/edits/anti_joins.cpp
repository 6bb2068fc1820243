#include "sql/edits/anti_joins.hpp"

#include <string_view>
#include <vector>

#include "sql/edits/and_conditions.hpp"
#include "sql/edits/plain_select.hpp"
#include "sql/edits/select_places.hpp"
#include "sql/edits/text_changes.hpp"
#include "sql/resolve/levels.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

struct AntiJoin {
    const SelectStmt* around;
    const JoinExpr* join;
    const NullTest* test;
};

const RangeVar* table_in(const Node* item) {
    return IsA(item, RangeVar) ? reinterpret_cast<const RangeVar*>(item) : nullptr;
}

/// o.id IS NULL
const NullTest* missing_row(const SelectStmt* select, const RangeVar* table) {
    for (const Node* part : joined_by_and(select->whereClause)) {
        if (!IsA(part, NullTest)) continue;
        const auto* test = reinterpret_cast<const NullTest*>(part);
        const auto* column = reinterpret_cast<const ColumnRef*>(test->arg);
        if (test->nulltesttype == IS_NULL && IsA(test->arg, ColumnRef) && list_length(column->fields) == 2 &&
            strVal(linitial(column->fields)) == alias_of(table))
            return test;
    }
    return nullptr;
}

bool collect_anti_joins(Node* node, std::vector<AntiJoin>* found) {
    if (node == nullptr) return false;
    if (IsA(node, SelectStmt)) {
        const auto* select = reinterpret_cast<SelectStmt*>(node);
        const JoinExpr* join = only_join(select);
        const bool plain = join != nullptr && join->jointype == JOIN_LEFT &&
                           table_in(join->larg) != nullptr && table_in(join->rarg) != nullptr &&
                           select->whereClause != nullptr && select->targetList != nullptr &&
                           !resolve::is_table_command(select);
        const NullTest* test = plain ? missing_row(select, table_in(join->rarg)) : nullptr;
        if (test != nullptr) found->push_back({select, join, test});
    }
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_anti_joins), found);
}

/// Nothing but the test names a column of the table that has no row, which is never NULL in one.
bool names_nothing_else(const AntiJoin& found, const Relation& left, const Relation& right) {
    const SelectStmt* select = found.around;
    const RangeVar* table = table_in(found.join->rarg);
    const auto* tested = reinterpret_cast<const ColumnRef*>(found.test->arg);
    const Column* column = right.column(std::string_view(strVal(llast(tested->fields))));
    if (column == nullptr || !column->not_null) return false;
    std::vector<const ColumnRef*> columns;
    for (Node* part :
         {reinterpret_cast<Node*>(select->targetList), select->whereClause,
          reinterpret_cast<Node*>(select->groupClause), select->havingClause,
          reinterpret_cast<Node*>(select->sortClause), reinterpret_cast<Node*>(select->windowClause)}) {
        if (collect_columns(part, &columns)) return false;
    }
    for (const ColumnRef* ref : columns) {
        if (ref == tested) continue;
        const char* first = strVal(linitial(ref->fields));
        const bool bare = list_length(ref->fields) == 1;
        if (bare ? left.column(std::string_view(first)) == nullptr &&
                       right.column(std::string_view(first)) != nullptr
                 : first == alias_of(table))
            return false;
    }
    return true;
}

std::optional<std::vector<TextChange>> as_condition(const parse::Tokens& tokens, const AntiJoin& found) {
    const auto all = tokens.all();
    const SelectPlaces places = places_of(tokens, first_target(tokens, found.around));
    if (places.from == 0 || places.where_end <= places.where) return std::nullopt;
    const auto next = [&](std::size_t i, std::string_view word) {
        while (i < places.where && !all[i].is_keyword(word))
            i = tokens.past(i);
        return i;
    };
    const std::size_t left = next(places.from, "left");
    const std::size_t join = next(left, "join");
    const std::size_t on = next(join, "on");
    const std::size_t test = tokens.token_at(reinterpret_cast<const ColumnRef*>(found.test->arg)->location);
    constexpr std::size_t words_of_test = 5;  // o . id IS NULL
    if (on >= places.where || test + words_of_test > places.where_end ||
        !all[test + words_of_test - 1].is_keyword("null"))
        return std::nullopt;
    return std::vector<TextChange>{{all[left].begin, all[places.where - 1].end, ""},
                                   {all[test].begin, all[test + words_of_test - 1].end,
                                    "NOT EXISTS (SELECT FROM " + tokens.text_of(join + 1, on) + " WHERE " +
                                        tokens.text_of(on + 1, places.where) + ")"}};
}

}  // namespace

std::optional<std::string> with_anti_join_as_condition(const parse::Tokens& tokens, std::size_t begin,
                                                       std::size_t end, const SelectStmt* query,
                                                       const NamedTables& tables) {
    std::vector<AntiJoin> joins;
    collect_anti_joins(reinterpret_cast<Node*>(const_cast<SelectStmt*>(query)), &joins);
    for (const AntiJoin& found : joins) {
        const Relation* left = tables.table(table_in(found.join->larg));
        const Relation* right = tables.table(table_in(found.join->rarg));
        if (left == nullptr || right == nullptr || !names_nothing_else(found, *left, *right)) continue;
        auto changes = as_condition(tokens, found);
        if (changes) return with_changes(tokens.text(), begin, end, std::move(*changes));
    }
    return std::nullopt;
}

}  // namespace sql::edits
