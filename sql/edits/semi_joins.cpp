#include "sql/edits/semi_joins.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "sql/edits/added_condition.hpp"
#include "sql/edits/and_conditions.hpp"
#include "sql/edits/first_location.hpp"
#include "sql/edits/moved_columns.hpp"
#include "sql/edits/output_names.hpp"
#include "sql/edits/plain_select.hpp"
#include "sql/edits/select_places.hpp"
#include "sql/edits/semi_join_places.hpp"
#include "sql/edits/text_changes.hpp"
#include "sql/heirs.hpp"
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
                          outer_.alias() != inner_.alias() && is_plain_but_for_distinct(found_.inner()) &&
                          found_.around->op == SETOP_NONE && found_.around->withClause == nullptr &&
                          found_.around->windowClause == nullptr && found_.around->distinctClause == nullptr;
        const bool negated = found_.negation != nullptr;
        if (!fits || (negated && !asks_by_key()) || !((!negated && finds_one_row()) || count_people()) ||
            !name_tables() || !put_conditions() || (negated && !leave_groups_out()))
            return std::nullopt;
        if (negated) keep_output_names(tokens_, found_.around, changes_);
        return std::move(changes_);
    }

private:
    /// Values that are listed twice are in the list as those that are once.
    static bool is_plain_but_for_distinct(const SelectStmt* inner) {
        SelectStmt select = *inner;
        if (select.distinctClause != nullptr && linitial(select.distinctClause) == nullptr)
            select.distinctClause = nullptr;
        return is_plain_list(&select);
    }

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

    /// The column that is all of the outer table's key; nullptr: it has none.
    [[nodiscard]] const Column* key() const {
        if (outer_.relation->primary_key.size() != 1 || has_heirs(*outer_.relation, tables_.catalog()))
            return nullptr;
        const Column* key = outer_.relation->column(outer_.relation->primary_key.front());
        return key != nullptr && key->unique ? key : nullptr;
    }

    /// Where no other table can be meant.
    [[nodiscard]] bool is_key(const Node* ref) const {
        return key() != nullptr && IsA(ref, ColumnRef) && std::string_view(last_name(ref)) == key()->name;
    }

    // Those without a row of the other table are all but those who have one: each by his key.
    bool asks_by_key() {
        const SelectStmt* inner = found_.inner();
        const bool in_list = found_.link->subLinkType == ANY_SUBLINK;
        const auto take = [&](const Node* one, const Node* other) {
            const bool fits = IsA(one, ColumnRef) && (in_list || (is_outer(other) && !is_outer(one))) &&
                              is_key(other) && are_alike(one, other);
            if (fits) partner_ = last_name(one);
            return fits;
        };
        if (in_list) {
            // x NOT IN (NULL) is not true.
            const Node* value = static_cast<const ResTarget*>(linitial(inner->targetList))->val;
            const Column* column =
                IsA(value, ColumnRef) ? inner_.relation->column(std::string_view(last_name(value))) : nullptr;
            return column != nullptr && column->not_null && take(value, found_.link->testexpr);
        }
        return inner->whereClause != nullptr &&
               std::ranges::any_of(joined_by_and(inner->whereClause), [&](const Node* condition) {
                   if (!compares_two_columns(condition)) return false;
                   const auto* expr = reinterpret_cast<const A_Expr*>(condition);
                   return take(expr->lexpr, expr->rexpr) || take(expr->rexpr, expr->lexpr);
               });
    }

    [[nodiscard]] std::string people() const {
        const std::string all =
            "count(DISTINCT " + outer_.prefix() + print::quote_identifier(key()->name) + ")";
        return found_.negation == nullptr ? all
                                          : "(" + all + " - count(DISTINCT " + inner_.prefix() +
                                                print::quote_identifier(partner_) + "))";
    }

    // A group of nobody is none.
    bool leave_groups_out() {
        const SelectStmt* around = found_.around;
        if (around->groupClause == nullptr && around->havingClause == nullptr) return true;
        const ListCell* c = nullptr;
        foreach (c, around->groupClause) {
            if (IsA(static_cast<const Node*>(lfirst(c)), GroupingSet)) return false;  // whose total is a row
        }
        if (around->groupClause == nullptr) return false;
        add_having(tokens_, around, places_of(tokens_, first_target(tokens_, around)), people() + " > 0",
                   changes_);
        return true;
    }

    /// The column that IN asks by.
    [[nodiscard]] bool is_asked_by(const Node* argument) const {
        return found_.link->subLinkType == ANY_SUBLINK && IsA(argument, ColumnRef) &&
               std::string_view(last_name(argument)) == last_name(found_.link->testexpr);
    }

    // count(*) of the rows is count(DISTINCT key) of those that the join repeats. What is DISTINCT anyway is
    // the same; no other aggregate is.
    bool count_people() {
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
            const bool negated = found_.negation != nullptr;
            const bool counts_keys = argument != nullptr && is_key(argument);
            if (name != "count" || call->agg_order != nullptr || call->func_variadic || call->over != nullptr)
                return false;
            if (call->agg_distinct && !negated && argument != nullptr && is_asked_by(argument)) continue;
            if (key() == nullptr || !(counts_keys || (counts_rows && !call->agg_distinct)) ||
                (negated && call->agg_filter != nullptr))
                return false;
            const std::size_t first = tokens_.token_at(call->location);
            std::size_t open = first;
            while (!all_[open].is_op('('))
                ++open;
            counted_.push_back(argument);
            changes_.push_back({all_[first].begin, all_[tokens_.closing(open)].end, people()});
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
            const std::size_t at = all_[tokens_.token_at(ref->location)].begin;
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
        std::size_t open = tokens_.token_at(found_.link->location) + 1;
        if (open < all_.size() && all_[open].is_keyword("in")) ++open;  // NOT IN
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
            begin = all_[tokens_.token_at(first_location(found_.link->testexpr))].begin;
        }
        const SelectPlaces outer = places_of(tokens_, first_target(tokens_, found_.around));
        const std::size_t at = all_[outer.where - 1].end;
        const std::string table = tokens_.text_of(places.from + 1, places.where);
        if (outer.from == 0 || found_.around->whereClause == nullptr) return false;
        if (found_.negation == nullptr) {
            changes_.push_back({begin, all_[close].end, condition});
            changes_.push_back({at, at, ", " + table});
            return true;
        }
        changes_.push_back({at, at, " LEFT JOIN " + table + " ON " + condition});
        // The whole of WHERE, or one of its parts.
        if (found_.around->whereClause == reinterpret_cast<const Node*>(found_.negation)) {
            changes_.push_back({all_[outer.where].begin, all_[outer.where_end - 1].end, ""});
            return true;
        }
        // NOT EXISTS (...), NOT (...), NOT x IN (...); or x NOT IN (...), which ends where its list does.
        const std::size_t word = tokens_.token_at(found_.negation->location);
        const std::size_t bracket = all_[word + 1].is_op('(') ? tokens_.closing(word + 1) : close;
        changes_.push_back(
            {std::min<std::size_t>(all_[word].begin, begin), all_[std::max(bracket, close)].end, "true"});
        return true;
    }

    [[nodiscard]] std::optional<std::string> inner_condition(const SelectPlaces& places) const {
        std::vector<const ColumnRef*> columns;
        if (collect_columns(found_.inner()->whereClause, &columns)) return std::nullopt;
        std::vector<TextChange> changes;
        for (const ColumnRef* ref : columns) {
            if (list_length(ref->fields) > 1) continue;
            const std::size_t at = all_[tokens_.token_at(ref->location)].begin;
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
        const std::size_t at = tokens_.token_at(ref->location);
        const auto written =
            tokens_.text_of(at, at + 2 * static_cast<std::size_t>(list_length(ref->fields)) - 1);
        if (list_length(ref->fields) > 1) return written;
        const bool own = inner && inner_.relation->column(strVal(first)) != nullptr;
        return (own ? inner_.prefix() : outer_.prefix()) + written;
    }

    const parse::Tokens& tokens_;
    std::span<const parse::Token> all_;
    const SemiJoin& found_;
    const NamedTables& tables_;
    LoneTable outer_;
    LoneTable inner_;
    std::string partner_;               // the inner table's column of the key, where it is negated
    std::vector<const Node*> counted_;  // arguments that are said anew
    std::vector<TextChange> changes_;
};

}  // namespace

std::optional<std::string> with_semi_join_as_join(const parse::Tokens& tokens, std::size_t begin,
                                                  std::size_t end, const SelectStmt* query,
                                                  const NamedTables& tables) {
    for (const SemiJoin& one : semi_joins_in(query)) {
        auto changes = AsJoin(tokens, one, tables).made();
        if (changes) return with_changes(tokens.text(), begin, end, std::move(*changes));
    }
    return std::nullopt;
}

}  // namespace sql::edits
