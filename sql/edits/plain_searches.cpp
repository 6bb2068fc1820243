#include "sql/edits/plain_searches.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

#include "sql/edits/first_location.hpp"
#include "sql/edits/listed_values.hpp"
#include "sql/edits/plain_select.hpp"
#include "sql/edits/text_changes.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

bool names_columns(Node* node) {
    std::vector<const ColumnRef*> columns;
    return collect_columns(node, &columns) || !columns.empty();
}

/// What AND and OR join in a condition by which rows are chosen.
void add_parts(Node* condition, std::set<const void*>& parts) {
    if (condition == nullptr) return;
    parts.insert(condition);
    if (!IsA(condition, BoolExpr) || reinterpret_cast<BoolExpr*>(condition)->boolop == NOT_EXPR) return;
    const ListCell* c = nullptr;
    foreach (c, reinterpret_cast<BoolExpr*>(condition)->args)
        add_parts(static_cast<Node*>(lfirst(c)), parts);
}

bool collect_choices_of_rows(Node* node, std::set<const void*>* parts) {
    if (node == nullptr) return false;
    if (IsA(node, SelectStmt)) add_parts(reinterpret_cast<SelectStmt*>(node)->whereClause, *parts);
    if (IsA(node, UpdateStmt)) add_parts(reinterpret_cast<UpdateStmt*>(node)->whereClause, *parts);
    if (IsA(node, DeleteStmt)) add_parts(reinterpret_cast<DeleteStmt*>(node)->whereClause, *parts);
    if (IsA(node, JoinExpr)) add_parts(reinterpret_cast<JoinExpr*>(node)->quals, *parts);
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_choices_of_rows), parts);
}

class PlainSearch {
public:
    PlainSearch(parse::TreeMemory& memory, const parse::Tokens& tokens, Node* statement,
                const std::set<std::string_view>& searchable)
        : memory_(memory),
          tokens_(tokens),
          all_(tokens.all()),
          searchable_(searchable),
          listed_(tokens, statement) {
        collect_choices_of_rows(statement, &chooses_);
    }

    /// True: found.
    static bool walk(Node* node, void* context) {
        if (node == nullptr) return false;
        auto& self = *static_cast<PlainSearch*>(context);
        const bool said = (IsA(node, A_Expr) && self.reword(*reinterpret_cast<A_Expr*>(node))) ||
                          (IsA(node, SubLink) && self.reword(*reinterpret_cast<SubLink*>(node)));
        return said || raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(walk), context);
    }

    [[nodiscard]] const std::optional<TextChange>& change() const { return change_; }

private:
    using Texts = std::vector<std::string>;

    bool reword(const A_Expr& expr) {
        if (expr.location < 0 || list_length(expr.name) != 1 || expr.lexpr == nullptr) return false;
        const bool equals = std::string_view(strVal(linitial(expr.name))) == "=";
        switch (expr.kind) {
            case AEXPR_IN: return equals && (one_of_columns(expr) || one_of_rows(expr));
            case AEXPR_OP:
                return equals && (same_row(expr) || same_or_not_given(expr) ||
                                  (chooses_.contains(&expr) && one_of_listed(expr)));
            case AEXPR_NOT_DISTINCT: return chooses_.contains(&expr) && not_distinct(expr);
            default: return false;  // every other one compares otherwise
        }
    }

    // x IN (a, b)
    bool one_of_columns(const A_Expr& expr) {
        auto* list = reinterpret_cast<List*>(expr.rexpr);
        const auto given = before(expr.lexpr, expr.location);
        const auto columns = elements(list, tokens_.token_at(expr.location) + 1);
        // PostgreSQL makes several values of the list one array, of one type.
        int values = 0;
        const ListCell* c = nullptr;
        foreach (c, list)
            values += names_columns(static_cast<Node*>(lfirst(c))) ? 0 : 1;
        if (names_columns(expr.lexpr) || IsA(expr.lexpr, RowExpr) || !names_columns(expr.rexpr) || !given ||
            !columns || values > 1)
            return false;
        std::string text;
        for (const std::string& column : *columns)
            text += (text.empty() ? "" : " OR ") + given->text + " = " + column;
        return say(given->begin, close_of(tokens_.token_at(expr.location) + 1), text);
    }

    // (a, b) IN (('x', 'y'), ('z', 'w'))
    bool one_of_rows(const A_Expr& expr) {
        if (!IsA(expr.lexpr, RowExpr)) return false;
        const auto left = row(expr.lexpr);
        if (!left) return false;
        std::string text;
        const ListCell* c = nullptr;
        foreach (c, reinterpret_cast<List*>(expr.rexpr)) {
            const auto right = row(static_cast<Node*>(lfirst(c)));
            if (!right || right->size() != left->size()) return false;
            text += (text.empty() ? "" : " OR ") + pairs(*left, *right);
        }
        return say(begin_of(expr.lexpr), close_of(tokens_.token_at(expr.location) + 1), text);
    }

    // (a, b) = ('x', 'y')
    bool same_row(const A_Expr& expr) {
        if (!IsA(expr.lexpr, RowExpr) || !IsA(expr.rexpr, RowExpr)) return false;
        const auto left = row(expr.lexpr);
        const auto right = row(expr.rexpr);
        if (!left || !right || left->size() != right->size()) return false;
        const std::size_t open = tokens_.token_at(reinterpret_cast<RowExpr*>(expr.rexpr)->location);
        return say(begin_of(expr.lexpr), close_of(all_[open].is_op('(') ? open : open + 1),
                   pairs(*left, *right));
    }

    // a = COALESCE(x, a)
    bool same_or_not_given(const A_Expr& expr) {
        if (!IsA(expr.lexpr, ColumnRef) || !IsA(expr.rexpr, CoalesceExpr)) return false;
        const auto* choice = reinterpret_cast<const CoalesceExpr*>(expr.rexpr);
        const auto column = before(expr.lexpr, expr.location);
        if (!column || choice->location < 0 || list_length(choice->args) != 2 ||
            names_columns(static_cast<Node*>(linitial(choice->args))) ||
            !memory_.equal(static_cast<Node*>(lsecond(choice->args)), expr.lexpr))
            return false;
        const std::size_t open = tokens_.token_at(choice->location) + 1;
        const auto values = elements(choice->args, open);
        if (!values || open != tokens_.token_at(expr.location) + 2) return false;
        const std::string& given = values->front();
        return say(column->begin, close_of(open),
                   column->text + " = " + given + " OR (" + given + " IS NULL AND " + column->text +
                       " IS NOT NULL)");
    }

    // a = v.x, of VALUES in FROM
    bool one_of_listed(const A_Expr& expr) {
        if (!IsA(expr.rexpr, ColumnRef)) return false;
        const auto* right = reinterpret_cast<const ColumnRef*>(expr.rexpr);
        if (!names_searched(expr.lexpr) && !names_searched(expr.rexpr)) return false;
        auto values = listed_.of(right);
        if (!values && IsA(expr.lexpr, ColumnRef))
            values = listed_.of(reinterpret_cast<const ColumnRef*>(expr.lexpr));
        const auto column = before(expr.lexpr, expr.location);
        const std::size_t first = tokens_.token_at(right->location);
        const std::size_t behind = first + 2 * static_cast<std::size_t>(list_length(right->fields)) - 1;
        if (!values || !column || first != tokens_.token_at(expr.location) + 1) return false;
        const std::string other = tokens_.text_of(first, behind);
        std::string text;
        for (const std::string& value : *values) {
            text.append(text.empty() ? "(" : " OR (").append(column->text).append(" = ").append(value);
            text.append(" AND ").append(other).append(" = ").append(value).append(")");
        }
        return say(column->begin, all_[behind - 1].end, text);
    }

    // a IS NOT DISTINCT FROM $1, where NULL is as good as false
    bool not_distinct(const A_Expr& expr) {
        const bool one_word = IsA(expr.rexpr, ParamRef) || IsA(expr.rexpr, A_Const);
        const auto column =
            IsA(expr.lexpr, ColumnRef) && one_word ? before(expr.lexpr, expr.location) : std::nullopt;
        const std::size_t value = tokens_.token_at(expr.location) + 4;
        if (!column || value >= all_.size() ||
            !parse::means(memory_, expr.rexpr, tokens_.text_of(value, value + 1)))
            return false;
        const std::string given = tokens_.text_of(value, value + 1);
        return say(
            column->begin, all_[value].end,
            column->text + " = " + given + " OR (" + given + " IS NULL AND " + column->text + " IS NULL)");
    }

    // a IN (SELECT unnest(array))
    bool reword(const SubLink& link) {
        if (link.subLinkType != ANY_SUBLINK || link.operName != nullptr || link.location < 0 ||
            !IsA(link.testexpr, ColumnRef))
            return false;
        const auto* inner = reinterpret_cast<const SelectStmt*>(link.subselect);
        if (!is_plain_list(inner) || inner->fromClause != nullptr || inner->whereClause != nullptr ||
            list_length(inner->targetList) != 1)
            return false;
        const Node* value = static_cast<const ResTarget*>(linitial(inner->targetList))->val;
        if (!IsA(value, FuncCall)) return false;
        const auto* call = reinterpret_cast<const FuncCall*>(value);
        const std::size_t in = tokens_.token_at(link.location);
        const auto column = before(link.testexpr, link.location);
        if (!column || !all_[in].is_keyword("in") || list_length(call->funcname) != 1 ||
            std::string_view(strVal(linitial(call->funcname))) != "unnest" || call->func_variadic ||
            call->location < 0)
            return false;
        const std::size_t open = tokens_.token_at(call->location) + 1;
        const auto arrays = elements(call->args, open);
        if (!arrays || arrays->size() != 1) return false;
        auto* array = static_cast<Node*>(linitial(call->args));
        const bool is_array =
            IsA(array, ParamRef) || IsA(array, A_ArrayExpr) ||
            (IsA(array, TypeCast) && reinterpret_cast<TypeCast*>(array)->typeName->arrayBounds != nullptr);
        if (!is_array || names_columns(array)) return false;
        return say(column->begin, close_of(in + 1),
                   column->text + " = ANY (" + arrays->front() + ") AND " + arrays->front() + " IS NOT NULL");
    }

    [[nodiscard]] bool names_searched(Node* node) const {
        std::vector<const ColumnRef*> columns;
        return !collect_columns(node, &columns) && std::ranges::any_of(columns, [&](const ColumnRef* ref) {
            return searchable_.contains(strVal(llast(ref->fields)));
        });
    }

    struct Operand {
        std::size_t begin;
        std::string text;
    };

    /// What stands from its first token up to the operator at `location`.
    std::optional<Operand> before(Node* node, int location) {
        const int first = first_location(node);
        if (first < 0 || location < 0) return std::nullopt;
        const std::size_t behind = tokens_.token_at(location);
        const std::size_t from = tokens_.token_at(first);
        if (from >= behind) return std::nullopt;
        std::string text = tokens_.text_of(from, behind);
        if (!parse::means(memory_, node, text)) return std::nullopt;
        return Operand{all_[from].begin, std::move(text)};
    }

    /// What commas part within the bracket at `open`, which must be these nodes.
    std::optional<Texts> elements(const List* nodes, std::size_t open) {
        if (open >= all_.size() || !all_[open].is_op('(')) return std::nullopt;
        const std::size_t close = tokens_.closing(open);
        if (close >= all_.size()) return std::nullopt;
        Texts texts;
        std::size_t from = open + 1;
        for (std::size_t i = from; i <= close; ++i) {
            if (i < close && all_[i].opens_bracket()) i = tokens_.closing(i);
            if (i < close && !all_[i].is_op(',')) continue;
            if (i == from) return std::nullopt;
            texts.push_back(tokens_.text_of(from, i));
            from = i + 1;
        }
        if (texts.size() != static_cast<std::size_t>(list_length(nodes))) return std::nullopt;
        for (std::size_t i = 0; i < texts.size(); ++i) {
            const auto* node = static_cast<const Node*>(list_nth(nodes, static_cast<int>(i)));
            if (IsA(node, SetToDefault) || !parse::means(memory_, node, texts[i])) return std::nullopt;
            if (!IsA(node, ColumnRef) && !IsA(node, ParamRef)) texts[i] = "(" + texts[i] + ")";
        }
        return texts;
    }

    std::optional<Texts> row(Node* node) {
        if (!IsA(node, RowExpr)) return std::nullopt;
        const auto* values = reinterpret_cast<const RowExpr*>(node);
        if (values->location < 0 || list_length(values->args) < 2) return std::nullopt;
        const std::size_t first = tokens_.token_at(values->location);
        return elements(values->args, all_[first].is_op('(') ? first : first + 1);
    }

    static std::string pairs(const Texts& left, const Texts& right) {
        std::string text;
        for (std::size_t i = 0; i < left.size(); ++i)
            text += (i == 0 ? "(" : " AND ") + left[i] + " = " + right[i];
        return text + ")";
    }

    bool say(std::size_t begin, std::size_t end, const std::string& text) {
        change_ = TextChange{begin, end, "(" + text + ")"};
        return true;
    }

    [[nodiscard]] std::size_t begin_of(Node* row) const {
        return all_[tokens_.token_at(reinterpret_cast<RowExpr*>(row)->location)].begin;
    }
    [[nodiscard]] std::size_t close_of(std::size_t open) const { return all_[tokens_.closing(open)].end; }

    parse::TreeMemory& memory_;
    const parse::Tokens& tokens_;
    std::span<const parse::Token> all_;
    const std::set<std::string_view>& searchable_;
    ListedValues listed_;
    std::set<const void*> chooses_;
    std::optional<TextChange> change_;
};

}  // namespace

std::optional<std::string> with_plain_search(parse::TreeMemory& memory, const parse::Tokens& tokens,
                                             std::size_t begin, std::size_t end, Node* statement,
                                             const std::set<std::string_view>& searchable) {
    PlainSearch search(memory, tokens, statement, searchable);
    PlainSearch::walk(statement, &search);
    const std::optional<TextChange>& change = search.change();
    if (!change) return std::nullopt;
    return with_changes(tokens.text(), begin, end, {*change});
}

}  // namespace sql::edits
