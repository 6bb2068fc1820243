#include "sql/edits/distinct_counts.hpp"

#include <string_view>
#include <vector>

#include "sql/edits/plain_select.hpp"
#include "sql/edits/select_places.hpp"
#include "sql/edits/text_changes.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

struct Counted {
    const SelectStmt* around;
    const FuncCall* call;
    const SelectStmt* rows;
};

/// count(*) and nothing else, over one sub-select.
bool collect_counted(Node* node, std::vector<Counted>* found) {
    if (node == nullptr) return false;
    if (IsA(node, SelectStmt)) {
        const auto* select = reinterpret_cast<SelectStmt*>(node);
        const auto* item = is_plain_list(select) && list_length(select->fromClause) == 1
                               ? static_cast<const Node*>(linitial(select->fromClause))
                               : nullptr;
        const auto* target = list_length(select->targetList) == 1
                                 ? static_cast<ResTarget*>(linitial(select->targetList))
                                 : nullptr;
        if (item != nullptr && IsA(item, RangeSubselect) && target != nullptr && IsA(target->val, FuncCall) &&
            select->whereClause == nullptr) {
            const auto* call = reinterpret_cast<const FuncCall*>(target->val);
            if (call->agg_star && call->agg_filter == nullptr && call->over == nullptr &&
                call->location >= 0 && std::string_view(strVal(llast(call->funcname))) == "count")
                found->push_back({select, call,
                                  reinterpret_cast<const SelectStmt*>(
                                      reinterpret_cast<const RangeSubselect*>(item)->subquery)});
        }
    }
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_counted), found);
}

bool collect_joined(Node* node, std::vector<const RangeVar*>* found) {
    if (node == nullptr) return false;
    if (IsA(node, RangeVar)) found->push_back(reinterpret_cast<RangeVar*>(node));
    // The rows of an outer join have NULLs that no column has.
    if (IsA(node, JoinExpr) && reinterpret_cast<JoinExpr*>(node)->jointype != JOIN_INNER) return true;
    if (IsA(node, RangeSubselect) || IsA(node, RangeFunction)) return true;
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_joined), found);
}

/// DISTINCT of one column that is never NULL, and of rows that nothing cuts.
bool is_distinct_column(const SelectStmt* rows, const NamedTables& tables) {
    if (rows->distinctClause == nullptr || linitial(rows->distinctClause) != nullptr ||
        list_length(rows->targetList) != 1 || rows->fromClause == nullptr || rows->op != SETOP_NONE ||
        rows->groupClause != nullptr || rows->havingClause != nullptr || rows->windowClause != nullptr ||
        rows->sortClause != nullptr || rows->limitCount != nullptr || rows->limitOffset != nullptr ||
        rows->lockingClause != nullptr || rows->withClause != nullptr)
        return false;
    const Node* value = static_cast<const ResTarget*>(linitial(rows->targetList))->val;
    if (!IsA(value, ColumnRef)) return false;
    const List* fields = reinterpret_cast<const ColumnRef*>(value)->fields;
    if (!IsA(static_cast<const Node*>(llast(fields)), String) || list_length(fields) > 2) return false;
    std::vector<const RangeVar*> named;
    if (collect_joined(reinterpret_cast<Node*>(rows->fromClause), &named)) return false;
    const std::string_view alias = list_length(fields) == 2 ? strVal(linitial(fields)) : "";
    for (const RangeVar* name : named) {
        if (!alias.empty() && alias_of(name) != alias) continue;
        const Relation* relation = tables.table(name);
        const Column* column =
            relation == nullptr ? nullptr : relation->column(std::string_view(strVal(llast(fields))));
        if (relation == nullptr || (column != nullptr && !column->not_null)) return false;
        if (column != nullptr) return true;
    }
    return false;
}

std::optional<std::vector<TextChange>> counted_at_once(const parse::Tokens& tokens, const Counted& found) {
    const auto all = tokens.all();
    const SelectPlaces around = places_of(tokens, first_target(tokens, found.around));
    const SelectPlaces rows = places_of(tokens, first_target(tokens, found.rows));
    const std::size_t open = around.from + 1;
    const auto* target = static_cast<const ResTarget*>(linitial(found.rows->targetList));
    if (around.from == 0 || rows.from == 0 || !all[open].is_op('(') || target->location < 0)
        return std::nullopt;
    const std::size_t column = tokens.token_at(target->location);
    const std::size_t fields =
        static_cast<std::size_t>(list_length(reinterpret_cast<const ColumnRef*>(target->val)->fields));
    std::size_t star = tokens.token_at(found.call->location);
    while (star < around.from && !all[star].is_op('*'))
        ++star;
    return std::vector<TextChange>{
        {all[star].begin, all[star].end, "DISTINCT " + tokens.text_of(column, column + 2 * fields - 1)},
        {all[around.from].begin, all[around.where - 1].end, tokens.text_of(rows.from, tokens.closing(open))}};
}

}  // namespace

std::optional<std::string> with_distinct_rows_counted(const parse::Tokens& tokens, std::size_t begin,
                                                      std::size_t end, const SelectStmt* query,
                                                      const NamedTables& tables) {
    std::vector<Counted> queries;
    collect_counted(reinterpret_cast<Node*>(const_cast<SelectStmt*>(query)), &queries);
    for (const Counted& found : queries) {
        if (!is_distinct_column(found.rows, tables)) continue;
        auto changes = counted_at_once(tokens, found);
        if (changes) return with_changes(tokens.text(), begin, end, std::move(*changes));
    }
    return std::nullopt;
}

}  // namespace sql::edits
