#include "sql/edits/semi_joins.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "sql/edits/and_conditions.hpp"
#include "sql/edits/first_location.hpp"
#include "sql/edits/heirs.hpp"
#include "sql/edits/moved_columns.hpp"
#include "sql/edits/output_names.hpp"
#include "sql/edits/plain_select.hpp"
#include "sql/edits/select_places.hpp"
#include "sql/edits/text_changes.hpp"
#include "sql/print/quote.hpp"
#include "sql/resolve/levels.hpp"
#include "sql/resolve/resolver.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

/// A table that a query reads alone, and what its columns are called by.
struct LoneTable {
    const RangeVar* name = nullptr;
    const Relation* relation = nullptr;

    [[nodiscard]] std::string_view alias() const { return alias_of(name); }
    [[nodiscard]] std::string prefix() const { return print::quote_identifier(alias()) + "."; }
};

struct SemiJoin {
    const SelectStmt* around = nullptr;
    const SubLink* link = nullptr;
    [[nodiscard]] const SelectStmt* inner() const {
        return reinterpret_cast<const SelectStmt*>(link->subselect);
    }
};

bool collect_links(Node* node, std::vector<SubLink*>* found) {
    if (node == nullptr) return false;
    if (IsA(node, SubLink)) {
        found->push_back(reinterpret_cast<SubLink*>(node));
        return false;
    }
    if (IsA(node, RangeSubselect)) return false;
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_links), found);
}

/// Of the conditions that AND joins, the one that is a sub-query; nullptr: none or several are, or another
/// part of them has one.
SubLink* only_link(Node* where) {
    std::vector<SubLink*> links;
    collect_links(where, &links);
    if (links.size() != 1) return nullptr;
    const auto joined = joined_by_and(where);
    SubLink* link = links.front();
    const bool in_list =
        link->subLinkType == ANY_SUBLINK && link->operName == nullptr && IsA(link->testexpr, ColumnRef);
    return (in_list || link->subLinkType == EXISTS_SUBLINK) &&
                   std::ranges::find(joined, reinterpret_cast<Node*>(link)) != joined.end()
               ? link
               : nullptr;
}

bool collect_semi_joins(Node* node, std::vector<SemiJoin>* found) {
    if (node == nullptr) return false;
    if (IsA(node, SelectStmt)) {
        const auto* select = reinterpret_cast<SelectStmt*>(node);
        SubLink* link = select->whereClause == nullptr ? nullptr : only_link(select->whereClause);
        if (link != nullptr && select->targetList != nullptr && !resolve::is_table_command(select))
            found->push_back({select, link});
    }
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_semi_joins), found);
}

class AsJoin {
public:
    AsJoin(const parse::Tokens& tokens, const SemiJoin& found, const NamedTables& tables)
        : tokens_(tokens), all_(tokens.all()), found_(found), tables_(tables) {}

    std::optional<std::vector<TextChange>> made() {
        outer_ = lone_table(found_.around);
        inner_ = lone_table(found_.inner());
        // An aggregate is a row where none fits, a set may be none where one does.
        const bool shows_rows =
            is_row_expression(reinterpret_cast<const Node*>(found_.inner()->targetList), tables_.catalog());
        const bool fits = shows_rows && outer_.relation != nullptr && inner_.relation != nullptr &&
                          outer_.alias() != inner_.alias() && is_plain_list(found_.inner()) &&
                          found_.around->op == SETOP_NONE && found_.around->withClause == nullptr &&
                          found_.around->windowClause == nullptr && found_.around->distinctClause == nullptr;
        if (!fits || !(finds_one_row() || count_people()) || !name_tables() || !put_conditions())
            return std::nullopt;
        return std::move(changes_);
    }

private:
    [[nodiscard]] LoneTable lone_table(const SelectStmt* select) const {
        if (list_length(select->fromClause) != 1) return {};
        const auto* item = static_cast<const Node*>(linitial(select->fromClause));
        if (!IsA(item, RangeVar)) return {};
        const auto* name = reinterpret_cast<const RangeVar*>(item);
        return {name, tables_.table(name)};
    }

    /// The table's only row of that value.
    static bool is_unique(const LoneTable& table, const Node* ref) {
        if (!IsA(ref, ColumnRef)) return false;
        const List* fields = reinterpret_cast<const ColumnRef*>(ref)->fields;
        const Column* column = table.relation->column(std::string_view(last_name(ref)));
        const bool by_name = list_length(fields) == 1 ||
                             (list_length(fields) == 2 && strVal(linitial(fields)) == table.alias());
        return by_name && column != nullptr && column->unique;
    }

    /// They are equal where their values are: under one collation.
    [[nodiscard]] bool are_alike(const Node* inner, const Node* outer) const {
        const Column* one = inner_.relation->column(std::string_view(last_name(inner)));
        const Column* other = outer_.relation->column(std::string_view(last_name(outer)));
        return one != nullptr && other != nullptr && one->collation == other->collation;
    }

    /// As a join it repeats no row: the sub-query is asked by a unique column.
    [[nodiscard]] bool finds_one_row() const {
        if (has_heirs(*inner_.relation, tables_.catalog())) return false;
        const SelectStmt* inner = found_.inner();
        if (found_.link->subLinkType == ANY_SUBLINK)
            return list_length(inner->targetList) == 1 &&
                   is_unique(inner_, static_cast<const ResTarget*>(linitial(inner->targetList))->val) &&
                   are_alike(static_cast<const ResTarget*>(linitial(inner->targetList))->val,
                             found_.link->testexpr);
        if (inner->whereClause == nullptr) return false;
        const auto fits = [&](const Node* one, const Node* other) {
            return is_unique(inner_, one) && is_outer(other) && are_alike(one, other);
        };
        return std::ranges::any_of(joined_by_and(inner->whereClause), [&](const Node* condition) {
            if (!compares_two_columns(condition)) return false;
            const auto* expr = reinterpret_cast<const A_Expr*>(condition);
            return fits(expr->lexpr, expr->rexpr) || fits(expr->rexpr, expr->lexpr);
        });
    }

    [[nodiscard]] bool is_outer(const Node* ref) const {
        if (!IsA(ref, ColumnRef)) return false;
        const List* fields = reinterpret_cast<const ColumnRef*>(ref)->fields;
        const bool bare =
            list_length(fields) == 1 && inner_.relation->column(std::string_view(last_name(ref))) == nullptr;
        return bare || (list_length(fields) == 2 && strVal(linitial(fields)) == outer_.alias());
    }

    // count(*) of the rows is count(DISTINCT key) of those that the join repeats. No other aggregate is.
    bool count_people() {
        if (outer_.relation->primary_key.size() != 1 || has_heirs(*outer_.relation, tables_.catalog()))
            return false;
        const Column* key = outer_.relation->column(outer_.relation->primary_key.front());
        if (key == nullptr || !key->unique) return false;
        std::vector<FuncCall*> calls;
        for (Node* part : outer_parts()) {
            if (part != found_.around->whereClause) collect_calls(part, &calls);
        }
        for (const FuncCall* call : calls) {
            if (!may_aggregate(call, tables_.catalog())) continue;
            const std::string_view name = strVal(llast(call->funcname));
            const Node* argument =
                list_length(call->args) == 1 ? static_cast<Node*>(linitial(call->args)) : nullptr;
            const bool counts_rows = call->agg_star || (argument != nullptr && IsA(argument, A_Const) &&
                                                        !reinterpret_cast<const A_Const*>(argument)->isnull);
            const bool counts_keys = argument != nullptr && IsA(argument, ColumnRef) &&
                                     std::string_view(last_name(argument)) == key->name;
            if (name != "count" || call->agg_order != nullptr || call->func_variadic ||
                !(counts_rows || counts_keys))
                return false;
            if (call->agg_distinct && counts_keys) continue;
            if (call->agg_distinct) return false;
            std::size_t open = tokens_.index_at(static_cast<std::size_t>(call->location));
            while (!all_[open].is_op('('))
                ++open;
            counted_.push_back(argument);
            changes_.push_back({all_[open].begin, all_[tokens_.closing(open)].end,
                                "(DISTINCT " + outer_.prefix() + print::quote_identifier(key->name) + ")"});
        }
        return true;
    }

    static bool collect_calls(Node* node, std::vector<FuncCall*>* found) {
        if (node == nullptr || IsA(node, SubLink)) return false;
        if (IsA(node, FuncCall)) found->push_back(reinterpret_cast<FuncCall*>(node));
        return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_calls), found);
    }

    static const char* last_name(const Node* column) {
        const auto* last =
            static_cast<const Node*>(llast(reinterpret_cast<const ColumnRef*>(column)->fields));
        return IsA(last, String) ? strVal(last) : "";
    }

    [[nodiscard]] std::vector<Node*> outer_parts() const {
        const SelectStmt* around = found_.around;
        return {reinterpret_cast<Node*>(around->targetList), reinterpret_cast<Node*>(around->groupClause),
                around->havingClause, reinterpret_cast<Node*>(around->sortClause), around->whereClause};
    }

    // A name alone would be one of either table. Outputs keep theirs.
    bool name_tables() {
        struct Columns {
            static bool walk(Node* node, void* context) {
                if (node == nullptr || IsA(node, SubLink)) return false;
                if (IsA(node, ColumnRef))
                    static_cast<std::vector<const ColumnRef*>*>(context)->push_back(
                        reinterpret_cast<ColumnRef*>(node));
                return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(walk), context);
            }
        };
        std::vector<const ColumnRef*> columns;
        for (Node* part : outer_parts())
            Columns::walk(part, &columns);
        if (found_.link->testexpr != nullptr) Columns::walk(found_.link->testexpr, &columns);
        for (const ColumnRef* ref : columns) {
            const auto* first = static_cast<const Node*>(linitial(ref->fields));
            if (IsA(first, A_Star)) return false;
            const bool counted =
                std::ranges::find(counted_, reinterpret_cast<const Node*>(ref)) != counted_.end();
            const bool in_condition = ref == reinterpret_cast<const ColumnRef*>(found_.link->testexpr);
            if (list_length(ref->fields) > 1 || counted || in_condition || is_ordered_output(ref) ||
                outer_.relation->column(strVal(first)) == nullptr) {
                // GROUP BY kind: an output, unless a table has such a column.
                const bool bare = list_length(ref->fields) == 1 && !counted && !in_condition;
                if (bare && !is_ordered_output(ref) && inner_.relation->column(strVal(first)) != nullptr)
                    return false;
                continue;
            }
            const std::size_t at = all_[tokens_.index_at(static_cast<std::size_t>(ref->location))].begin;
            changes_.push_back({at, at, outer_.prefix()});
        }
        return true;
    }

    // ORDER BY n: an output of that name comes before a column.
    [[nodiscard]] bool is_ordered_output(const ColumnRef* ref) const {
        return list_length(ref->fields) == 1 && is_order_key(found_.around, ref) &&
               is_output_name(found_.around, strVal(linitial(ref->fields)));
    }

    // The sub-query's conditions in its place, and its table in FROM.
    bool put_conditions() {
        const SelectStmt* inner = found_.inner();
        const bool exists = found_.link->subLinkType == EXISTS_SUBLINK;
        if (exists && inner->whereClause == nullptr) return false;
        std::size_t open = tokens_.index_at(static_cast<std::size_t>(found_.link->location)) + 1;
        if (open >= all_.size() || !all_[open].is_op('(') || !all_[open + 1].is_keyword("select"))
            return false;
        const std::size_t close = tokens_.closing(open);
        const SelectPlaces places = places_of(tokens_, open + 2);
        if (places.from == 0 || places.where_end != close) return false;
        std::string condition;
        if (inner->whereClause != nullptr) {
            const auto text = inner_condition(places);
            if (!text) return false;
            condition = "(" + *text + ")";
        }
        std::size_t begin = all_[open - 1].begin;
        if (!exists) {
            const auto* target = list_length(inner->targetList) == 1
                                     ? static_cast<const ResTarget*>(linitial(inner->targetList))
                                     : nullptr;
            if (target == nullptr || !IsA(target->val, ColumnRef) || target->indirection != nullptr)
                return false;
            const std::string inner_column = named(reinterpret_cast<const ColumnRef*>(target->val), true);
            const std::string outer_column =
                named(reinterpret_cast<const ColumnRef*>(found_.link->testexpr), false);
            if (inner_column.empty() || outer_column.empty()) return false;
            condition = outer_column + " = " + inner_column + (condition.empty() ? "" : " AND " + condition);
            begin =
                all_[tokens_.index_at(static_cast<std::size_t>(first_location(found_.link->testexpr)))].begin;
        }
        changes_.push_back({begin, all_[close].end, condition});
        const SelectPlaces outer = places_of(tokens_, first_target(tokens_, found_.around));
        const std::size_t at = all_[outer.where - 1].end;
        changes_.push_back({at, at, ", " + std::string(words(places.from + 1, places.where))});
        return outer.from != 0 && found_.around->whereClause != nullptr;
    }

    [[nodiscard]] std::string_view words(std::size_t first, std::size_t behind) const {
        return tokens_.text().substr(all_[first].begin, all_[behind - 1].end - all_[first].begin);
    }

    [[nodiscard]] std::optional<std::string> inner_condition(const SelectPlaces& places) const {
        std::vector<const ColumnRef*> columns;
        if (collect_columns(found_.inner()->whereClause, &columns)) return std::nullopt;
        std::vector<TextChange> changes;
        for (const ColumnRef* ref : columns) {
            if (list_length(ref->fields) > 1) continue;
            const std::size_t at = all_[tokens_.index_at(static_cast<std::size_t>(ref->location))].begin;
            const bool own = inner_.relation->column(strVal(linitial(ref->fields))) != nullptr;
            changes.push_back({at, at, own ? inner_.prefix() : outer_.prefix()});
        }
        return with_changes(tokens_.text(), all_[places.where + 1].begin, all_[places.where_end - 1].end,
                            std::move(changes));
    }

    /// A column with its table's name before it; empty: it is a row, or *.
    [[nodiscard]] std::string named(const ColumnRef* ref, bool inner) const {
        const auto* first = static_cast<const Node*>(linitial(ref->fields));
        if (!IsA(first, String) || !IsA(static_cast<const Node*>(llast(ref->fields)), String)) return {};
        const std::size_t at = tokens_.index_at(static_cast<std::size_t>(ref->location));
        const auto written = words(at, at + 2 * static_cast<std::size_t>(list_length(ref->fields)) - 1);
        if (list_length(ref->fields) > 1) return std::string(written);
        const bool own = inner && inner_.relation->column(strVal(first)) != nullptr;
        return (own ? inner_.prefix() : outer_.prefix()) + std::string(written);
    }

    const parse::Tokens& tokens_;
    std::span<const parse::Token> all_;
    const SemiJoin& found_;
    const NamedTables& tables_;
    LoneTable outer_;
    LoneTable inner_;
    std::vector<const Node*> counted_;  // arguments that are said anew
    std::vector<TextChange> changes_;
};

}  // namespace

std::optional<std::string> with_semi_join_as_join(const parse::Tokens& tokens, std::size_t begin,
                                                  std::size_t end, const SelectStmt* query,
                                                  const NamedTables& tables) {
    std::vector<SemiJoin> found;
    collect_semi_joins(reinterpret_cast<Node*>(const_cast<SelectStmt*>(query)), &found);
    for (const SemiJoin& one : found) {
        auto changes = AsJoin(tokens, one, tables).made();
        if (changes) return with_changes(tokens.text(), begin, end, std::move(*changes));
    }
    return std::nullopt;
}

}  // namespace sql::edits
