#include "sql/patterns.hpp"

#include <algorithm>
#include <cctype>
#include <optional>

#include "sql/is_one_of.hpp"
#include "sql/resolve/quiet.hpp"
#include "sql/resolve/resolver.hpp"

// Whether a pattern may end with its escape character, whatever its parameters are.
namespace sql::resolve {
namespace {

std::string_view called(const FuncCall* call) { return string_value(llast(call->funcname)); }

std::optional<std::string_view> text_in(const Node* node) {
    if (!IsA(node, A_Const)) return std::nullopt;
    const auto* constant = reinterpret_cast<const A_Const*>(node);
    if (constant->isnull) return std::string_view();
    if (!IsA(&constant->val, String)) return std::nullopt;
    return constant->val.sval.sval;
}

bool is_text(const TypeName* type) {
    return type->typmods == nullptr &&
           is_one_of(string_value(llast(type->names)), "text", "varchar", "bpchar");
}

/// It names a column of a table: a value of a row, of which nothing is known when it is planned. What a
/// sub-query makes of constants is pulled up, and a constant by then.
bool is_of_a_row(const Resolution& text, const Node* node) {
    const auto bound = text.bound.find(node);
    if (bound == text.bound.end()) return false;
    const FromItem* item = bound->second.item;
    int column = bound->second.column;
    for (int depth = 0; depth < 16 && column >= 0; ++depth) {
        const ItemColumn& one = item->columns[static_cast<std::size_t>(column)];
        if (item->kind == FromItem::Kind::relation) return one.attribute != nullptr;
        if (item->query == nullptr || item->query->kind != Query::Kind::select || one.output < 0 ||
            static_cast<std::size_t>(one.output) >= item->query->outputs.size())
            return false;
        const OutputColumn& output = item->query->outputs[static_cast<std::size_t>(one.output)];
        if (output.item == nullptr) return false;
        item = output.item;
        column = output.column;
    }
    return false;
}

class Pattern {
public:
    /// `strict`: of what may be a bytea, in which a backslash is part of how other bytes are written.
    Pattern(const Resolution& text, char escape, bool strict, std::vector<PatternParameter>& parameters)
        : text_(text), escape_(escape), strict_(strict), parameters_(parameters) {}

    bool is_whole(const Node* node) {
        if (node == nullptr) return true;
        if (const auto text = text_in(node))
            return ends_whole(*text, escape_) && !(strict_ && text->find('\\') != std::string_view::npos);
        switch (nodeTag(node)) {
            case T_ParamRef: return parameter(node, false);
            case T_A_Const: return true;  // a number
            case T_ColumnRef: return is_of_a_row(text_, node);
            case T_SubLink:
            case T_SQLValueFunction: return true;
            case T_CollateClause: return is_whole(reinterpret_cast<const CollateClause*>(node)->arg);
            case T_TypeCast: {
                const auto* cast = reinterpret_cast<const TypeCast*>(node);
                return is_text(cast->typeName) && cast->typeName->arrayBounds == nullptr &&
                       is_whole(cast->arg);
            }
            case T_CoalesceExpr: return all_of(reinterpret_cast<const CoalesceExpr*>(node)->args);
            case T_CaseExpr: {
                const auto* choice = reinterpret_cast<const CaseExpr*>(node);
                const ListCell* c = nullptr;
                foreach (c, choice->args) {
                    if (!is_whole(reinterpret_cast<const Node*>(cell<CaseWhen>(*c)->result))) return false;
                }
                return is_whole(reinterpret_cast<const Node*>(choice->defresult));
            }
            case T_A_Expr: {
                const auto* expr = reinterpret_cast<const A_Expr*>(node);
                const bool joins = expr->kind == AEXPR_OP && expr->lexpr != nullptr &&
                                   std::string_view(string_value(llast(expr->name))) == "||";
                return joins && (closes(expr->rexpr) || (is_whole(expr->lexpr) && is_whole(expr->rexpr)));
            }
            case T_FuncCall: {
                const auto* call = reinterpret_cast<const FuncCall*>(node);
                if (call->func_variadic || call->args == nullptr) return false;
                // They could make a letter the escape character.
                if (is_one_of(called(call), "lower", "upper"))
                    return std::isalpha(static_cast<unsigned char>(escape_)) == 0 && all_of(call->args);
                return called(call) == "concat" &&
                       (closes(static_cast<const Node*>(llast(call->args))) || all_of(call->args));
            }
            default: return false;
        }
    }

    bool are_whole(const Node* node) {
        if (IsA(node, SubLink)) return true;
        if (IsA(node, ColumnRef)) return is_of_a_row(text_, node);
        if (IsA(node, A_ArrayExpr)) {
            const List* elements = reinterpret_cast<const A_ArrayExpr*>(node)->elements;
            strict_ = strict_ || !are_texts(elements);
            return all_of(elements);
        }
        if (IsA(node, ParamRef)) return parameter(node, true);
        if (IsA(node, TypeCast)) {
            const auto* cast = reinterpret_cast<const TypeCast*>(node);
            return is_text(cast->typeName) && cast->typeName->arrayBounds != nullptr && are_whole(cast->arg);
        }
        const auto text = text_in(node);
        return text && text->find('\\') == std::string_view::npos;
    }

private:
    /// Whatever stands before it, it ends a pattern well.
    [[nodiscard]] bool closes(const Node* node) const {
        const auto given = text_in(node);
        if (!given || strict_) return false;
        const std::string_view text = without_blanks_behind(*given);
        const std::size_t first = text.find_first_not_of(escape_);
        return first != std::string_view::npos && ends_whole(given->substr(first), escape_);
    }

    bool all_of(const List* list) {
        const ListCell* c = nullptr;
        foreach (c, list) {
            if (!is_whole(cell<Node>(*c))) return false;
        }
        return true;
    }

    /// Beside anything else they may be arrays themselves.
    static bool are_texts(const List* elements) {
        const ListCell* c = nullptr;
        foreach (c, elements) {
            if (!text_in(cell<Node>(*c))) return false;
        }
        return true;
    }

    bool parameter(const Node* node, bool array) {
        parameters_.push_back({reinterpret_cast<const ParamRef*>(node)->number, escape_, array || strict_});
        return true;
    }

    const Resolution& text_;
    char escape_;
    bool strict_;
    std::vector<PatternParameter>& parameters_;
};

bool is_match(const List* name) {
    return is_one_of(std::string_view(string_value(llast(name))), "~~", "!~~", "~~*", "!~~*");
}

}  // namespace

// Whether the value is no bytea, as far as its own text tells.
bool Resolver::is_text_value(const Node* value) const {
    if (value == nullptr) return false;
    if (IsA(value, TypeCast)) return is_text(reinterpret_cast<const TypeCast*>(value)->typeName);
    if (IsA(value, FuncCall))
        return is_one_of(called(reinterpret_cast<const FuncCall*>(value)), "lower", "upper", "concat");
    if (IsA(value, CollateClause)) return true;  // a bytea has none
    const auto bound = out_.bound.find(value);
    if (bound == out_.bound.end() || bound->second.column < 0) return false;
    const Column* column =
        bound->second.item->columns[static_cast<std::size_t>(bound->second.column)].attribute;
    const Type* type = column == nullptr ? nullptr : in_.catalog->type(column->type);
    constexpr char strings = 'S';
    return type != nullptr && type->category == strings;
}

void Resolver::meet_open_pattern() {
    out_.fails_on_samples =
        Error{.code = Errc::unsupported, .message = open_pattern_message, .hint = open_pattern_hint};
}

// x LIKE ANY (SELECT pattern): a query without a table is a constant when it is planned.
void Resolver::meet_match(const SubLink* link, const Query& query) {
    const bool compares = link->subLinkType == ANY_SUBLINK || link->subLinkType == ALL_SUBLINK;
    if (!compares || link->operName == nullptr || !is_match(link->operName)) return;
    if (query.kind != Query::Kind::select || query.outputs.size() != 1 || query.outputs[0].value == nullptr) {
        meet_open_pattern();
        return;
    }
    meet_pattern(link->testexpr, query.outputs[0].value, false);
}

void Resolver::meet_pattern(const Node* value, const Node* pattern, bool array) {
    if (pattern == nullptr) return;
    char escape = '\\';
    if (IsA(pattern, FuncCall) && called(reinterpret_cast<const FuncCall*>(pattern)) == "like_escape") {
        const auto* call = reinterpret_cast<const FuncCall*>(pattern);
        const auto given =
            list_length(call->args) == 2 ? text_in(static_cast<Node*>(lsecond(call->args))) : std::nullopt;
        if (!given || given->size() > 1) {
            meet_open_pattern();
            return;
        }
        escape = given->empty() ? '\0' : given->front();
        pattern = static_cast<const Node*>(linitial(call->args));
    }
    Pattern read(out_, escape, !is_text_value(value), out_.pattern_parameters);
    if (!(array ? read.are_whole(pattern) : read.is_whole(pattern))) meet_open_pattern();
}

void Resolver::meet_match(const A_Expr* expr) {
    const bool array = expr->kind == AEXPR_OP_ANY || expr->kind == AEXPR_OP_ALL;
    if (is_pattern_match(expr) || ((array || expr->kind == AEXPR_OP) && is_match(expr->name)))
        meet_pattern(expr->lexpr, expr->rexpr, array);
}

// textlike(value, pattern) is planned as the operator is.
void Resolver::meet_match(const FuncCall* call) {
    const std::string_view name = called(call);
    const bool matches = name.ends_with("like") || name.ends_with("nlike");
    if (matches && list_length(call->args) == 2)
        meet_pattern(static_cast<Node*>(linitial(call->args)), static_cast<Node*>(lsecond(call->args)),
                     false);
}

}  // namespace sql::resolve
