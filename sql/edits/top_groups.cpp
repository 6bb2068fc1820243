#include "sql/edits/top_groups.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "sql/edits/added_condition.hpp"
#include "sql/edits/and_conditions.hpp"
#include "sql/edits/plain_select.hpp"
#include "sql/edits/select_places.hpp"
#include "sql/edits/text_changes.hpp"
#include "sql/print/quote.hpp"
#include "sql/resolve/levels.hpp"
#include "sql/resolve/resolver.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

struct ChosenGroups {
    const SelectStmt* around;
    const JoinExpr* join;
    const RangeSubselect* chosen;
};

bool collect_chosen_groups(Node* node, std::vector<ChosenGroups>* found) {
    if (node == nullptr) return false;
    if (IsA(node, SelectStmt)) {
        const auto* select = reinterpret_cast<SelectStmt*>(node);
        const JoinExpr* join = only_join(select);
        if (join != nullptr && join->jointype == JOIN_INNER && IsA(join->larg, RangeVar) &&
            IsA(join->rarg, RangeSubselect) && select->groupClause != nullptr &&
            select->targetList != nullptr && !resolve::is_table_command(select))
            found->push_back({select, join, reinterpret_cast<const RangeSubselect*>(join->rarg)});
    }
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_chosen_groups), found);
}

/// Several rows of one group.
bool makes_rows(Node* node, const Catalog* catalog) {
    if (node == nullptr) return false;
    if (IsA(node, FuncCall)) {
        const auto functions = catalog->functions(
            "pg_catalog", std::string_view(strVal(llast(reinterpret_cast<FuncCall*>(node)->funcname))));
        if (functions.empty() || std::ranges::any_of(functions, &Function::returns_set)) return true;
    }
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(makes_rows),
                                      const_cast<Catalog*>(catalog));
}

std::string_view last_field(const ColumnRef* ref) {
    const auto* last = static_cast<const Node*>(llast(ref->fields));
    return IsA(last, String) ? strVal(last) : "";
}

/// The output by whose value the inner query groups, and by nothing else; nullptr: there is none.
const ResTarget* only_key(const SelectStmt* inner) {
    if (list_length(inner->groupClause) != 1 || inner->op != SETOP_NONE || inner->withClause != nullptr)
        return nullptr;
    const auto* key = static_cast<const Node*>(linitial(inner->groupClause));
    const ListCell* c = nullptr;
    int place = 0;
    foreach (c, inner->targetList) {
        const auto* target = static_cast<const ResTarget*>(lfirst(c));
        ++place;
        if (IsA(key, A_Const)) {
            const auto* number = reinterpret_cast<const A_Const*>(key);
            if (IsA(&number->val, Integer) && number->val.ival.ival == place) return target;
            continue;
        }
        if (!IsA(key, ColumnRef) || !IsA(target->val, ColumnRef)) continue;
        if (last_field(reinterpret_cast<const ColumnRef*>(key)) ==
            last_field(reinterpret_cast<const ColumnRef*>(target->val)))
            return target;
    }
    return nullptr;
}

class Having {
public:
    Having(const parse::Tokens& tokens, const ChosenGroups& found, const Catalog& catalog)
        : tokens_(tokens), all_(tokens.all()), found_(found), catalog_(catalog) {}

    std::optional<std::vector<TextChange>> made() {
        const Alias* alias = found_.chosen->alias;
        const auto* inner = reinterpret_cast<const SelectStmt*>(found_.chosen->subquery);
        if (found_.chosen->lateral || alias == nullptr || alias->colnames != nullptr) return std::nullopt;
        const ResTarget* key = only_key(inner);
        if (key == nullptr || makes_rows(reinterpret_cast<Node*>(inner->targetList), &catalog_))
            return std::nullopt;
        alias_ = alias->aliasname;
        key_ = resolve::output_name(key);
        const ListCell* c = nullptr;
        foreach (c, inner->targetList)
            outputs_.push_back(resolve::output_name(static_cast<const ResTarget*>(lfirst(c))));
        const ColumnRef* outer = joined_by();
        if (outer == nullptr || !is_grouped(outer) || names_chosen_elsewhere()) return std::nullopt;
        return changes(outer);
    }

private:
    [[nodiscard]] bool is_of_chosen(const ColumnRef* ref) const {
        if (list_length(ref->fields) == 1)
            return std::ranges::find(outputs_, last_field(ref)) != outputs_.end();
        return strVal(linitial(ref->fields)) == alias_;
    }

    /// The column that the join compares with the key, and nothing else.
    [[nodiscard]] const ColumnRef* joined_by() const {
        const Node* condition = found_.join->quals;
        if (!compares_two_columns(condition)) return nullptr;
        const auto* expr = reinterpret_cast<const A_Expr*>(condition);
        const auto* left = reinterpret_cast<const ColumnRef*>(expr->lexpr);
        const auto* right = reinterpret_cast<const ColumnRef*>(expr->rexpr);
        if (is_of_chosen(left) == is_of_chosen(right)) return nullptr;
        const ColumnRef* inner = is_of_chosen(left) ? left : right;
        return last_field(inner) == key_ ? (inner == left ? right : left) : nullptr;
    }

    /// A key of the groups around, by itself, by its place or by the name of an output.
    [[nodiscard]] bool is_grouped(const ColumnRef* column) const {
        const auto same = [&](const Node* node) {
            return IsA(node, ColumnRef) &&
                   last_field(reinterpret_cast<const ColumnRef*>(node)) == last_field(column);
        };
        const List* targets = found_.around->targetList;
        const ListCell* c = nullptr;
        foreach (c, found_.around->groupClause) {
            const auto* key = static_cast<const Node*>(lfirst(c));
            if (IsA(key, GroupingSet)) return false;
            if (same(key)) return true;
            if (!IsA(key, A_Const)) continue;
            const auto* number = reinterpret_cast<const A_Const*>(key);
            if (IsA(&number->val, Integer) && number->val.ival.ival > 0 &&
                number->val.ival.ival <= list_length(targets) &&
                same(static_cast<const ResTarget*>(list_nth(targets, number->val.ival.ival - 1))->val))
                return true;
        }
        return false;
    }

    [[nodiscard]] bool names_chosen_elsewhere() const {
        const SelectStmt* around = found_.around;
        std::vector<const ColumnRef*> columns;
        for (Node* part : {reinterpret_cast<Node*>(around->targetList), around->whereClause,
                           reinterpret_cast<Node*>(around->groupClause), around->havingClause,
                           reinterpret_cast<Node*>(around->windowClause),
                           reinterpret_cast<Node*>(around->distinctClause)}) {
            if (collect_columns(part, &columns)) return true;
        }
        return std::ranges::any_of(columns, [&](const ColumnRef* ref) { return is_of_chosen(ref); });
    }

    [[nodiscard]] std::optional<std::vector<TextChange>> changes(const ColumnRef* outer) const {
        const SelectPlaces places = places_of(tokens_, first_target(tokens_, found_.around));
        // FROM table JOIN ( ... ) AS alias ON condition
        std::size_t on = places.where;
        std::size_t open = 0;
        std::size_t join = 0;
        for (std::size_t i = places.from + 1; i < places.where; ++i) {
            if (all_[i].is_op('(')) {
                open = i;
                i = tokens_.closing(i);
            } else if (all_[i].is_keyword("join")) {
                join = i;
            } else if (all_[i].is_keyword("on")) {
                on = i;
                break;
            }
        }
        if (places.from == 0 || join == 0 || open < join || on >= places.where) return std::nullopt;
        const std::size_t begin = all_[join - 1].is_keyword("inner") ? join - 1 : join;
        const std::string condition = words(outer) + " IN (SELECT " + print::quote_identifier(alias_) + "." +
                                      print::quote_identifier(key_) + " FROM " + tokens_.text_of(open, on) +
                                      ")";
        std::vector<TextChange> changes{{all_[begin].begin, all_[places.where - 1].end, ""}};
        add_having(tokens_, found_.around, places, condition, changes);
        return changes;
    }

    [[nodiscard]] std::string words(const ColumnRef* ref) const {
        const std::size_t first = tokens_.token_at(ref->location);
        return tokens_.text_of(first, first + 2 * static_cast<std::size_t>(list_length(ref->fields)) - 1);
    }

    const parse::Tokens& tokens_;
    std::span<const parse::Token> all_;
    const ChosenGroups& found_;
    const Catalog& catalog_;
    std::string_view alias_;
    std::string key_;
    std::vector<std::string> outputs_;
};

}  // namespace

std::optional<std::string> with_groups_chosen_in_having(const parse::Tokens& tokens, std::size_t begin,
                                                        std::size_t end, const SelectStmt* query,
                                                        const Catalog& catalog) {
    std::vector<ChosenGroups> chosen;
    collect_chosen_groups(reinterpret_cast<Node*>(const_cast<SelectStmt*>(query)), &chosen);
    for (const ChosenGroups& found : chosen) {
        auto changes = Having(tokens, found, catalog).made();
        if (changes) return with_changes(tokens.text(), begin, end, std::move(*changes));
    }
    return std::nullopt;
}

}  // namespace sql::edits
