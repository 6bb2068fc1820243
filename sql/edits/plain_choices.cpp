#include "sql/edits/plain_choices.hpp"

#include <set>
#include <string_view>
#include <vector>

#include "sql/edits/moved_columns.hpp"
#include "sql/edits/text_changes.hpp"
#include "sql/is_one_of.hpp"
#include "sql/type_oids.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

/// The only arguments of calls: simple CASEs over a column, and casts of conditions to integer.
struct Choices {
    const NamedTables& tables;
    std::set<std::string_view> flags;  // what columns are called that are conditions themselves
    std::vector<const CaseExpr*> simple = {};
    std::vector<const TypeCast*> casts = {};
};

/// What outputs are called by the client.
bool collect_labels(Node* node, std::set<std::string_view>* labels) {
    if (node == nullptr) return false;
    if (IsA(node, ResTarget) && reinterpret_cast<ResTarget*>(node)->name != nullptr)
        labels->insert(reinterpret_cast<ResTarget*>(node)->name);
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_labels), labels);
}

/// The names of boolean columns, of all tables that are read: what has another type in one of them is none.
std::set<std::string_view> flags_of(const SelectStmt* query, const NamedTables& tables) {
    std::set<std::string_view> flags;
    std::set<std::string_view> others;
    for (const RangeVar* name : tables_named_in(query)) {
        const Relation* relation = tables.table(name);
        if (relation == nullptr) continue;
        for (const Column& column : relation->columns)
            (column.type == type_oid::bool_ ? flags : others).insert(column.name);
    }
    collect_labels(reinterpret_cast<Node*>(const_cast<SelectStmt*>(query)), &others);
    std::erase_if(flags, [&](std::string_view name) { return others.contains(name); });
    return flags;
}

bool is_flag(const Node* node, const std::set<std::string_view>& flags) {
    if (!IsA(node, ColumnRef)) return false;
    const auto* name = static_cast<const Node*>(llast(reinterpret_cast<const ColumnRef*>(node)->fields));
    return IsA(name, String) && flags.contains(strVal(name));
}

bool is_condition(const Node* node) {
    switch (nodeTag(node)) {
        case T_BoolExpr:
        case T_NullTest:
        case T_BooleanTest: return true;
        case T_A_Expr: {
            const auto* expr = reinterpret_cast<const A_Expr*>(node);
            if (expr->kind != AEXPR_OP) return expr->kind != AEXPR_NULLIF;
            return is_one_of(strVal(llast(expr->name)), "=", "<>", "<", "<=", ">", ">=");
        }
        default: return false;
    }
}

bool collect_choices(Node* node, Choices* found) {
    if (node == nullptr) return false;
    if (IsA(node, FuncCall)) {
        const auto* call = reinterpret_cast<FuncCall*>(node);
        const Node* only = list_length(call->args) == 1 ? static_cast<Node*>(linitial(call->args)) : nullptr;
        if (only != nullptr && IsA(only, CaseExpr)) {
            const auto* choice = reinterpret_cast<const CaseExpr*>(only);
            if (choice->arg != nullptr && IsA(choice->arg, ColumnRef)) found->simple.push_back(choice);
        }
        if (only != nullptr && IsA(only, TypeCast)) {
            const auto* cast = reinterpret_cast<const TypeCast*>(only);
            if (std::string_view(strVal(llast(cast->typeName->names))) == "int4" && cast->location >= 0 &&
                cast->typeName->arrayBounds == nullptr &&
                (is_condition(cast->arg) || is_flag(cast->arg, found->flags)) &&
                is_row_expression(cast->arg, found->tables.catalog()))
                found->casts.push_back(cast);
        }
    }
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_choices), found);
}

class Rewording {
public:
    explicit Rewording(const parse::Tokens& tokens) : tokens_(tokens), all_(tokens.all()) {}

    // CASE x WHEN v THEN ... : CASE WHEN x = v THEN ...
    bool reword(const CaseExpr* choice) {
        const std::size_t first = tokens_.token_at(choice->location) + 1;
        const std::size_t when = next(first, "when");
        if (when == 0) return false;
        const std::string column = tokens_.text_of(first, when);
        changes_.push_back({all_[first].begin, all_[when].begin, ""});
        std::size_t at = when;
        for (int i = 0; i < list_length(choice->args); ++i) {
            const std::size_t then = all_[at].is_keyword("when") ? next(at + 1, "then") : 0;
            if (then == 0) return false;
            changes_.push_back(
                {all_[at + 1].begin, all_[then - 1].end, column + " = " + operand(at + 1, then)});
            if (i + 1 < list_length(choice->args) && (at = next(then + 1, "when")) == 0) return false;
        }
        return true;
    }

    // (condition)::int, CAST(condition AS integer): 1, 0 or NULL
    bool reword(const TypeCast* cast) {
        const std::size_t at = tokens_.token_at(cast->location);
        if (all_[at].is_keyword("cast")) {
            const std::size_t close = tokens_.closing(at + 1);
            if (close < 3 || !all_[close - 2].is_keyword("as")) return false;
            say(at + 2, close - 2, at, close + 1);
            return true;
        }
        if (IsA(cast->arg, ColumnRef)) {
            const auto* column = reinterpret_cast<const ColumnRef*>(cast->arg);
            const std::size_t first = tokens_.token_at(column->location);
            if (first + 2 * static_cast<std::size_t>(list_length(column->fields)) - 1 != at) return false;
            say(first, at, first, at + 2);
            return true;
        }
        if (at == 0 || !all_[at - 1].is_op(')')) return false;
        std::size_t open = at - 1;
        while (open > 0 && !(all_[open].is_op('(') && tokens_.closing(open) == at - 1))
            --open;
        const bool named_shortly =
            at + 1 < all_.size() && (at + 2 >= all_.size() || !all_[at + 2].is_op('.'));
        if (!all_[open].is_op('(') || !named_shortly) return false;
        say(open + 1, at - 1, open, at + 2);
        return true;
    }

    [[nodiscard]] std::vector<TextChange> changes() && { return std::move(changes_); }

private:
    /// In brackets, unless it is one word.
    [[nodiscard]] std::string operand(std::size_t first, std::size_t behind) const {
        const std::string text = tokens_.text_of(first, behind);
        return behind == first + 1 ? text : "(" + text + ")";
    }

    /// The next `word` from `i` on, outside of brackets and of other CASEs; 0: there is none.
    [[nodiscard]] std::size_t next(std::size_t i, std::string_view word) const {
        while (i < all_.size() && !all_[i].is_keyword(word)) {
            if (all_[i].is_keyword("case") || all_[i].is_op(')')) return 0;
            i = tokens_.past(i);
        }
        return i < all_.size() ? i : 0;
    }

    void say(std::size_t first, std::size_t behind, std::size_t begin, std::size_t end) {
        const std::string condition = tokens_.text_of(first, behind);
        changes_.push_back({all_[begin].begin, all_[end - 1].end,
                            "CASE WHEN " + condition + " THEN 1 WHEN NOT (" + condition + ") THEN 0 END"});
    }

    const parse::Tokens& tokens_;
    std::span<const parse::Token> all_;
    std::vector<TextChange> changes_;
};

}  // namespace

std::optional<std::string> with_plain_choices(const parse::Tokens& tokens, std::size_t begin, std::size_t end,
                                              const SelectStmt* query, const NamedTables& tables) {
    Choices found{tables, flags_of(query, tables)};
    collect_choices(reinterpret_cast<Node*>(const_cast<SelectStmt*>(query)), &found);
    Rewording rewording(tokens);
    for (const CaseExpr* choice : found.simple) {
        if (!rewording.reword(choice)) return std::nullopt;
    }
    for (const TypeCast* cast : found.casts) {
        if (!rewording.reword(cast)) return std::nullopt;
    }
    auto changes = std::move(rewording).changes();
    if (changes.empty()) return std::nullopt;
    return with_changes(tokens.text(), begin, end, std::move(changes));
}

}  // namespace sql::edits
