#include "sql/edits/computed_columns.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "sql/edits/plain_select.hpp"
#include "sql/edits/select_places.hpp"
#include "sql/edits/text_changes.hpp"
#include "sql/print/quote.hpp"
#include "sql/resolve/resolver.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

/// Of text, in bytes: what is named twice on each of many levels would double with each of them.
constexpr std::size_t most_added = 64 * 1024;

/// Of one row, by PostgreSQL's own functions: neither aggregates nor sets.
struct RowExpression {
    const Catalog& catalog;
    bool holds = true;

    static bool walk(Node* node, void* context) {
        if (node == nullptr) return false;
        auto& self = *static_cast<RowExpression*>(context);
        if (IsA(node, SubLink)) self.holds = false;
        if (IsA(node, FuncCall)) {
            const auto* call = reinterpret_cast<FuncCall*>(node);
            const auto functions = self.catalog.functions("pg_catalog", strVal(llast(call->funcname)));
            self.holds = self.holds && call->over == nullptr && !functions.empty() &&
                         std::ranges::all_of(functions, [](const Function* one) {
                             return one->kind == 'f' && !one->returns_set;
                         });
        }
        return !self.holds || raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(walk), context);
    }
};

bool is_row_expression(const Node* node, const Catalog& catalog) {
    RowExpression expression{catalog};
    RowExpression::walk(const_cast<Node*>(node), &expression);
    return expression.holds;
}

struct LoneSubSelect {
    const SelectStmt* around;
    const SelectStmt* inner;
    const Alias* alias;
};

/// The queries that read one sub-select alone, the innermost last.
bool collect_lone(Node* node, std::vector<LoneSubSelect>* found) {
    if (node == nullptr) return false;
    if (IsA(node, SelectStmt)) {
        const auto* around = reinterpret_cast<SelectStmt*>(node);
        const Node* item =
            list_length(around->fromClause) == 1 ? static_cast<Node*>(linitial(around->fromClause)) : nullptr;
        if (item != nullptr && IsA(item, RangeSubselect)) {
            const auto* sub = reinterpret_cast<const RangeSubselect*>(item);
            const auto* inner = reinterpret_cast<const SelectStmt*>(sub->subquery);
            if (!sub->lateral && sub->alias != nullptr && sub->alias->colnames == nullptr &&
                is_plain_list(inner) && list_length(inner->fromClause) == 1 &&
                IsA(static_cast<Node*>(linitial(inner->fromClause)), RangeVar))
                found->push_back({around, inner, sub->alias});
        }
    }
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_lone), found);
}

/// What a sub-select calls its columns, and what it makes them of: an empty text for a column of its table.
class Outputs {
public:
    Outputs(const parse::Tokens& tokens, const LoneSubSelect& candidate, const Catalog& catalog)
        : tokens_(tokens), candidate_(candidate), catalog_(catalog) {}

    /// false: something in it cannot stand elsewhere, or it computes nothing.
    bool read() {
        const ListCell* c = nullptr;
        bool computes = false;
        foreach (c, candidate_.inner->targetList) {
            const auto* target = static_cast<const ResTarget*>(lfirst(c));
            if (target->location < 0 || target->indirection != nullptr) return false;
            const std::string name = resolve::output_name(target);
            if (IsA(target->val, ColumnRef)) {
                const auto* last =
                    static_cast<const Node*>(llast(reinterpret_cast<const ColumnRef*>(target->val)->fields));
                if (IsA(last, A_Star)) {
                    shows_all_ = true;
                    continue;
                }
                if (name == strVal(last)) {
                    if (!texts_.emplace(name, std::string()).second) return false;
                    continue;
                }
            }
            auto text = moved(target);
            if (!text || !texts_.emplace(name, std::move(*text)).second) return false;
            computes = true;
        }
        return computes;
    }

    /// nullptr: the sub-select has no such column.
    [[nodiscard]] const std::string* text_of(std::string_view name) const {
        const auto found = texts_.find(name);
        if (found != texts_.end()) return &found->second;
        return shows_all_ ? &own_column_ : nullptr;
    }

private:
    /// The expression, its columns named by the sub-select's alias.
    [[nodiscard]] std::optional<std::string> moved(const ResTarget* target) const {
        std::vector<const ColumnRef*> columns;
        if (!is_row_expression(target->val, catalog_) || collect_columns(target->val, &columns))
            return std::nullopt;
        const auto all = tokens_.all();
        const std::size_t first = tokens_.index_at(static_cast<std::size_t>(target->location));
        std::size_t last = target_end(tokens_, first) - 1;
        if (target->name != nullptr) {
            --last;
            if (all[last].is_keyword("as")) --last;
        }
        std::vector<TextChange> changes;
        for (const ColumnRef* column : columns) {
            const std::size_t begin = tokens_.index_at(static_cast<std::size_t>(column->location));
            const std::size_t name = begin + 2 * static_cast<std::size_t>(list_length(column->fields) - 1);
            changes.push_back({all[begin].begin, all[name].begin,
                               print::quote_identifier(candidate_.alias->aliasname) + "."});
        }
        return "(" + with_changes(tokens_.text(), all[first].begin, all[last].end, std::move(changes)) + ")";
    }

    const parse::Tokens& tokens_;
    const LoneSubSelect& candidate_;
    const Catalog& catalog_;
    std::map<std::string, std::string, std::less<>> texts_;
    bool shows_all_ = false;  // by a *
    const std::string own_column_;
};

bool is_output_name(const SelectStmt* select, std::string_view name) {
    const ListCell* c = nullptr;
    foreach (c, select->targetList) {
        if (resolve::output_name(static_cast<const ResTarget*>(lfirst(c))) == name) return true;
    }
    return false;
}

bool is_order_key(const SelectStmt* select, const ColumnRef* ref) {
    const ListCell* c = nullptr;
    foreach (c, select->sortClause) {
        if (static_cast<const SortBy*>(lfirst(c))->node == reinterpret_cast<const Node*>(ref)) return true;
    }
    return false;
}

/// Puts expressions where the query around names them.
class Moves {
public:
    Moves(const parse::Tokens& tokens, const LoneSubSelect& candidate, const Outputs& outputs)
        : tokens_(tokens), candidate_(candidate), outputs_(outputs) {}

    std::optional<std::vector<TextChange>> made() {
        const SelectStmt* around = candidate_.around;
        const ListCell* c = nullptr;
        foreach (c, around->targetList) {
            auto* target = static_cast<ResTarget*>(lfirst(c));
            const std::size_t before = changes_.size();
            if (!move_in(reinterpret_cast<Node*>(target))) return std::nullopt;
            if (changes_.size() == before || target->name != nullptr) continue;
            const std::size_t end =
                target_end(tokens_, tokens_.index_at(static_cast<std::size_t>(target->location)));
            const std::size_t at = tokens_.all()[end - 1].end;
            changes_.push_back({at, at, " AS " + print::quote_identifier(resolve::output_name(target))});
        }
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
        if (parts > 2 ||
            (parts == 2 && std::string_view(strVal(linitial(ref->fields))) != candidate_.alias->aliasname))
            return false;
        const bool is_output = parts == 1 && is_output_name(candidate_.around, name);
        const std::string* text = outputs_.text_of(name);
        // In ORDER BY an output comes first, in GROUP BY a column does.
        if (is_output && (text == nullptr || is_order_key(candidate_.around, ref))) return true;
        if (text == nullptr) return false;
        if (text->empty()) return true;
        added_ += text->size();
        if (added_ > most_added) return false;
        const auto all = tokens_.all();
        const std::size_t first = tokens_.index_at(static_cast<std::size_t>(ref->location));
        changes_.push_back(
            {all[first].begin, all[first + 2 * static_cast<std::size_t>(parts - 1)].end, *text});
        return true;
    }

    const parse::Tokens& tokens_;
    const LoneSubSelect& candidate_;
    const Outputs& outputs_;
    std::vector<TextChange> changes_;
    std::size_t added_ = 0;
};

}  // namespace

std::optional<std::string> with_computed_columns_outside(const parse::Tokens& tokens, std::size_t begin,
                                                         std::size_t end, const SelectStmt* query,
                                                         const Catalog& catalog) {
    std::vector<LoneSubSelect> candidates;
    collect_lone(reinterpret_cast<Node*>(const_cast<SelectStmt*>(query)), &candidates);
    std::ranges::reverse(candidates);
    const auto all = tokens.all();
    for (const LoneSubSelect& candidate : candidates) {
        Outputs outputs(tokens, candidate, catalog);
        if (!outputs.read()) continue;
        auto changes = Moves(tokens, candidate, outputs).made();
        if (!changes) continue;
        const auto* first = static_cast<const ResTarget*>(linitial(candidate.inner->targetList));
        const std::size_t target = tokens.index_at(static_cast<std::size_t>(first->location));
        changes->push_back({all[target].begin, all[places_of(tokens, target).targets_end - 1].end, "*"});
        return with_changes(tokens.text(), begin, end, std::move(*changes));
    }
    return std::nullopt;
}

}  // namespace sql::edits
