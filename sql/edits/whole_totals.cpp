#include "sql/edits/whole_totals.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "sql/edits/text_changes.hpp"
#include "sql/is_one_of.hpp"
#include "sql/type_oids.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

struct TotalsOfLevel {
    const SelectStmt* level;
    std::vector<const FuncCall*> calls = {};
};

bool collect_totals(Node* node, std::vector<const FuncCall*>* found) {
    if (node == nullptr || IsA(node, SubLink)) return false;
    if (IsA(node, FuncCall)) {
        const auto* call = reinterpret_cast<const FuncCall*>(node);
        const bool plain = list_length(call->funcname) == 1 && list_length(call->args) == 1 &&
                           call->over == nullptr && call->agg_order == nullptr && !call->agg_distinct &&
                           !call->func_variadic && call->location >= 0;
        if (plain && is_one_of(strVal(linitial(call->funcname)), "sum", "avg") &&
            IsA(static_cast<Node*>(linitial(call->args)), A_Expr))
            found->push_back(call);
    }
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_totals), found);
}

bool collect_totals_of_levels(Node* node, std::vector<TotalsOfLevel>* found) {
    if (node == nullptr) return false;
    if (IsA(node, SelectStmt)) {
        const auto* select = reinterpret_cast<SelectStmt*>(node);
        TotalsOfLevel one{select};
        for (Node* part : {reinterpret_cast<Node*>(select->targetList), select->havingClause,
                           reinterpret_cast<Node*>(select->sortClause)})
            collect_totals(part, &one.calls);
        if (!one.calls.empty()) found->push_back(std::move(one));
    }
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_totals_of_levels), found);
}

/// What a total of one level adds up.
class WholeTotal {
public:
    WholeTotal(const SelectStmt* level, const NamedTables& tables) : tables_(tables) {
        const ListCell* c = nullptr;
        foreach (c, level->fromClause)
            take(static_cast<const Node*>(lfirst(c)));
    }

    /// Columns of whole numbers and constants, added and multiplied.
    bool is_whole(const Node* node) {
        switch (nodeTag(node)) {
            case T_A_Const: {
                const auto* constant = reinterpret_cast<const A_Const*>(node);
                return !constant->isnull && IsA(&constant->val, Integer);
            }
            case T_ColumnRef: {
                const auto* ref = reinterpret_cast<const ColumnRef*>(node);
                const Column* column = known_ ? meant(ref) : nullptr;
                if (column == nullptr || !type_oid::is_integer(column->type)) return false;
                is_wide_ = is_wide_ || column->type == type_oid::int8;
                columns_.push_back(ref);
                return true;
            }
            case T_CoalesceExpr: {
                const List* args = reinterpret_cast<const CoalesceExpr*>(node)->args;
                return list_length(args) == 2 && IsA(static_cast<Node*>(lsecond(args)), A_Const) &&
                       is_whole(static_cast<Node*>(linitial(args))) &&
                       is_whole(static_cast<Node*>(lsecond(args)));
            }
            case T_A_Expr: {
                const auto* expr = reinterpret_cast<const A_Expr*>(node);
                if (expr->kind != AEXPR_OP || list_length(expr->name) != 1) return false;
                const std::string_view op = strVal(linitial(expr->name));
                if (expr->lexpr == nullptr) return op == "-" && is_whole(expr->rexpr);
                return is_one_of(op, "+", "-", "*") && is_whole(expr->lexpr) && is_whole(expr->rexpr);
            }
            default: return false;
        }
    }

    [[nodiscard]] const std::vector<const ColumnRef*>& columns() const { return columns_; }
    /// Whether a column of it is a bigint, of which the sum is a numeric; else it is a bigint.
    [[nodiscard]] bool is_wide() const { return is_wide_; }

private:
    struct Named {
        std::string_view alias;
        const Relation* relation;
    };

    void take(const Node* item) {
        if (IsA(item, JoinExpr)) {
            const auto* join = reinterpret_cast<const JoinExpr*>(item);
            known_ = known_ && join->alias == nullptr;
            take(join->larg);
            take(join->rarg);
            return;
        }
        const auto* name = IsA(item, RangeVar) ? reinterpret_cast<const RangeVar*>(item) : nullptr;
        const Relation* relation = name == nullptr ? nullptr : tables_.table(name);
        known_ =
            known_ && relation != nullptr && (name->alias == nullptr || name->alias->colnames == nullptr);
        if (known_) from_.push_back({alias_of(name), relation});
    }

    /// nullptr: none, or it may be one of several tables.
    [[nodiscard]] const Column* meant(const ColumnRef* ref) const {
        const int fields = list_length(ref->fields);
        const auto* last = static_cast<const Node*>(llast(ref->fields));
        if (fields > 2 || !IsA(last, String) || ref->location < 0) return nullptr;
        const Column* found = nullptr;
        for (const auto& [alias, relation] : from_) {
            if (fields == 2 && alias != strVal(linitial(ref->fields))) continue;
            const Column* column = relation->column(std::string_view(strVal(last)));
            if (column != nullptr && found != nullptr) return nullptr;
            if (column != nullptr) found = column;
        }
        return found;
    }

    const NamedTables& tables_;
    std::vector<Named> from_;
    bool known_ = true;  // all that FROM names
    std::vector<const ColumnRef*> columns_;
    bool is_wide_ = false;
};

/// The last byte of sum(...) FILTER (WHERE ...).
std::size_t end_of_call(const parse::Tokens& tokens, const FuncCall* call) {
    const auto all = tokens.all();
    const std::size_t close = tokens.closing(tokens.token_at(call->location) + 1);
    const std::size_t last = call->agg_filter == nullptr ? close : tokens.closing(close + 2);
    return last < all.size() ? all[last].end : 0;
}

}  // namespace

std::optional<std::string> with_whole_total_in_numeric(const parse::Tokens& tokens, std::size_t begin,
                                                       std::size_t end, const SelectStmt* query,
                                                       const NamedTables& tables) {
    std::vector<TotalsOfLevel> levels;
    collect_totals_of_levels(reinterpret_cast<Node*>(const_cast<SelectStmt*>(query)), &levels);
    const auto all = tokens.all();
    for (const auto& [level, calls] : levels) {
        for (const FuncCall* call : calls) {
            WholeTotal total(level, tables);
            const bool fits = total.is_whole(static_cast<Node*>(linitial(call->args))) &&
                              !total.columns().empty() && end_of_call(tokens, call) != 0;
            if (!fits) continue;
            std::vector<TextChange> changes;
            for (const ColumnRef* ref : total.columns()) {
                const std::size_t last = tokens.token_at(ref->location) +
                                         2 * static_cast<std::size_t>(list_length(ref->fields) - 1);
                changes.push_back({all[last].end, all[last].end, "::pg_catalog.numeric"});
            }
            const bool is_sum = std::string_view(strVal(linitial(call->funcname))) == "sum";
            if (is_sum && !total.is_wide())
                changes.push_back(
                    {end_of_call(tokens, call), end_of_call(tokens, call), "::pg_catalog.int8"});
            return with_changes(tokens.text(), begin, end, std::move(changes));
        }
    }
    return std::nullopt;
}

}  // namespace sql::edits
