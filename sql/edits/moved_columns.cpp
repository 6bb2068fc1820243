#include "sql/edits/moved_columns.hpp"

#include <algorithm>

#include "sql/edits/output_names.hpp"
#include "sql/edits/plain_select.hpp"
#include "sql/edits/select_places.hpp"
#include "sql/edits/volatile_functions.hpp"
#include "sql/print/quote.hpp"
#include "sql/resolve/resolver.hpp"

namespace sql::edits {
namespace {

/// Of text, in bytes: what is named twice on each of many levels would double with each of them.
constexpr std::size_t most_added = 64 * 1024;

struct RowExpression {
    const Catalog& catalog;
    bool holds = true;

    static bool walk(Node* node, void* context) {
        if (node == nullptr) return false;
        auto& self = *static_cast<RowExpression*>(context);
        if (IsA(node, SubLink)) self.holds = false;
        if (IsA(node, FuncCall)) {
            const auto* call = reinterpret_cast<FuncCall*>(node);
            const char* name = strVal(llast(call->funcname));
            const auto functions = self.catalog.functions("pg_catalog", name);
            self.holds =
                self.holds && call->over == nullptr && !functions.empty() && !is_volatile_function(name) &&
                std::ranges::all_of(
                    functions, [](const Function* one) { return one->kind == 'f' && !one->returns_set; });
        }
        return !self.holds || raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(walk), context);
    }
};

/// The sub-select that `item` is, if what it shows can be said around it.
std::optional<ReadSubSelect> movable(const SelectStmt* around, const Node* item) {
    if (!IsA(item, RangeSubselect)) return std::nullopt;
    const auto* sub = reinterpret_cast<const RangeSubselect*>(item);
    const auto* inner = reinterpret_cast<const SelectStmt*>(sub->subquery);
    if (sub->lateral || sub->alias == nullptr || sub->alias->colnames != nullptr || !is_plain_list(inner) ||
        inner->fromClause == nullptr || inner->targetList == nullptr)
        return std::nullopt;
    return ReadSubSelect{around, inner, sub->alias};
}

bool collect_lone(Node* node, std::vector<ReadSubSelect>* found) {
    if (node == nullptr) return false;
    if (IsA(node, SelectStmt)) {
        const auto* around = reinterpret_cast<SelectStmt*>(node);
        const Node* item =
            list_length(around->fromClause) == 1 ? static_cast<Node*>(linitial(around->fromClause)) : nullptr;
        if (auto one = item == nullptr ? std::nullopt : movable(around, item)) found->push_back(*one);
    }
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_lone), found);
}

void collect_members(const SelectStmt* around, const Node* item, bool nullable,
                     std::vector<ReadSubSelect>& found) {
    if (IsA(item, JoinExpr)) {
        const auto* join = reinterpret_cast<const JoinExpr*>(item);
        if (join->isNatural || join->alias != nullptr) return;  // it would join by more columns
        const bool left = join->jointype == JOIN_RIGHT || join->jointype == JOIN_FULL;
        const bool right = join->jointype == JOIN_LEFT || join->jointype == JOIN_FULL;
        collect_members(around, join->larg, nullable || left, found);
        collect_members(around, join->rarg, nullable || right, found);
        return;
    }
    if (auto one = movable(around, item)) {
        one->alone = false;
        one->nullable = nullable;
        found.push_back(*one);
    }
}

bool collect_members_of_joins(Node* node, std::vector<ReadSubSelect>* found) {
    if (node == nullptr) return false;
    if (IsA(node, SelectStmt)) {
        const auto* around = reinterpret_cast<SelectStmt*>(node);
        const bool joins = list_length(around->fromClause) > 1 ||
                           (list_length(around->fromClause) == 1 &&
                            IsA(static_cast<Node*>(linitial(around->fromClause)), JoinExpr));
        const ListCell* c = nullptr;
        foreach (c, around->fromClause) {
            if (joins) collect_members(around, static_cast<Node*>(lfirst(c)), false, *found);
        }
    }
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_members_of_joins), found);
}

/// What USING merges, and what the conditions of joins are.
struct Joins {
    std::vector<Node*> conditions = {};
    std::vector<std::string_view> merged = {};

    void read(const Node* item) {
        if (!IsA(item, JoinExpr)) return;
        const auto* join = reinterpret_cast<const JoinExpr*>(item);
        read(join->larg);
        read(join->rarg);
        conditions.push_back(join->quals);
        const ListCell* c = nullptr;
        foreach (c, join->usingClause)
            merged.emplace_back(strVal(lfirst(c)));
    }
};

/// Puts expressions where the query around names them.
class Moves {
public:
    Moves(const parse::Tokens& tokens, const ReadSubSelect& candidate, const TextOf& text_of)
        : tokens_(tokens), candidate_(candidate), text_of_(text_of) {}

    std::optional<std::vector<TextChange>> made() {
        const SelectStmt* around = candidate_.around;
        const ListCell* c = nullptr;
        foreach (c, around->targetList) {
            auto* target = static_cast<ResTarget*>(lfirst(c));
            const std::size_t before = changes_.size();
            if (!move_in(reinterpret_cast<Node*>(target))) return std::nullopt;
            if (changes_.size() == before || target->name != nullptr) continue;
            const std::size_t end = target_end(tokens_, tokens_.token_at(target->location));
            const std::size_t at = tokens_.all()[end - 1].end;
            changes_.push_back({at, at, " AS " + print::quote_identifier(resolve::output_name(target))});
        }
        Joins joins;
        foreach (c, around->fromClause)
            joins.read(static_cast<Node*>(lfirst(c)));
        const bool merges = std::ranges::any_of(joins.merged, [&](std::string_view name) {
            const auto text = text_of_(name);
            return text && !text->empty();
        });
        if (merges || !std::ranges::all_of(joins.conditions, [&](Node* one) { return move_in(one); }))
            return std::nullopt;
        for (Node* part :
             {around->whereClause, reinterpret_cast<Node*>(around->groupClause), around->havingClause,
              reinterpret_cast<Node*>(around->windowClause), reinterpret_cast<Node*>(around->sortClause)}) {
            if (!move_in(part)) return std::nullopt;
        }
        return around->distinctClause == nullptr || linitial(around->distinctClause) == nullptr
                   ? std::optional(std::move(changes_))
                   : std::nullopt;
    }

private:
    bool move_in(Node* part) {
        std::vector<const ColumnRef*> columns;
        if (collect_columns(part, &columns)) return false;
        return std::ranges::all_of(columns, [&](const ColumnRef* ref) { return move(ref); });
    }

    bool move(const ColumnRef* ref) {
        const int parts = list_length(ref->fields);
        const std::string_view name = strVal(llast(ref->fields));
        const bool of_another =
            parts == 2 && strVal(linitial(ref->fields)) != std::string_view(candidate_.alias->aliasname);
        if (of_another && !candidate_.alone) return true;
        if (parts > 2 ||
            (parts == 2 && std::string_view(strVal(linitial(ref->fields))) != candidate_.alias->aliasname))
            return false;
        const bool is_output = parts == 1 && is_output_name(candidate_.around, name);
        const auto text = text_of_(name);
        // In ORDER BY an output comes first, in GROUP BY a column does.
        if (is_output && (!text || is_order_key(candidate_.around, ref))) return true;
        if (!text && parts == 1 && !candidate_.alone) return true;  // of another item
        if (!text) return false;
        if (text->empty()) return true;
        // A name alone would be an output of that name, if there is one.
        if (is_order_key(candidate_.around, ref) && text->find_first_of(".(") == std::string::npos)
            return false;
        added_ += text->size();
        if (added_ > most_added) return false;
        const auto all = tokens_.all();
        const std::size_t first = tokens_.token_at(ref->location);
        changes_.push_back(
            {all[first].begin, all[first + 2 * static_cast<std::size_t>(parts - 1)].end, *text});
        return true;
    }

    const parse::Tokens& tokens_;
    const ReadSubSelect& candidate_;
    const TextOf& text_of_;
    std::vector<TextChange> changes_;
    std::size_t added_ = 0;
};

}  // namespace

std::vector<ReadSubSelect> lone_sub_selects(const SelectStmt* query) {
    std::vector<ReadSubSelect> found;
    collect_lone(reinterpret_cast<Node*>(const_cast<SelectStmt*>(query)), &found);
    std::ranges::reverse(found);
    return found;
}

std::vector<ReadSubSelect> joined_sub_selects(const SelectStmt* query) {
    std::vector<ReadSubSelect> found;
    collect_members_of_joins(reinterpret_cast<Node*>(const_cast<SelectStmt*>(query)), &found);
    std::ranges::reverse(found);
    return found;
}

bool is_row_expression(const Node* node, const Catalog& catalog) {
    RowExpression expression{catalog};
    RowExpression::walk(const_cast<Node*>(node), &expression);
    return expression.holds;
}

std::string expression_of(const parse::Tokens& tokens, const ResTarget* target,
                          std::vector<TextChange> changes) {
    const auto all = tokens.all();
    const std::size_t first = tokens.token_at(target->location);
    std::size_t last = target_end(tokens, first) - 1;
    if (target->name != nullptr) {
        --last;
        if (all[last].is_keyword("as")) --last;
    }
    return with_changes(tokens.text(), all[first].begin, all[last].end, std::move(changes));
}

std::optional<std::vector<TextChange>> moved_columns(const parse::Tokens& tokens,
                                                     const ReadSubSelect& candidate, const TextOf& text_of) {
    return Moves(tokens, candidate, text_of).made();
}

}  // namespace sql::edits
