#include "sql/patterns.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "sql/is_one_of.hpp"
#include "sql/resolve/resolver.hpp"

// Whether a pattern may end with its escape character, whatever its parameters are.
namespace sql::resolve {
namespace {

constexpr Oid bytea = 17;

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

class Pattern {
public:
    Pattern(char escape, std::vector<PatternParameter>& parameters)
        : escape_(escape), parameters_(parameters) {}

    bool is_whole(const Node* node) {
        if (node == nullptr) return true;
        // An escaped bytea: other bytes than these are the pattern.
        if (const auto text = text_in(node)) return ends_whole(*text, escape_) && !text->starts_with("\\x");
        switch (nodeTag(node)) {
            case T_ParamRef: return parameter(node, false);
            case T_A_Const: return true;  // a number
            case T_ColumnRef:             // of a row, so that nothing is known of it when it is planned
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
                if (is_one_of(called(call), "lower", "upper")) return all_of(call->args);
                return called(call) == "concat" &&
                       (closes(static_cast<const Node*>(llast(call->args))) || all_of(call->args));
            }
            default: return false;
        }
    }

    bool are_whole(const Node* node) {
        if (IsA(node, SubLink) || IsA(node, ColumnRef)) return true;
        if (IsA(node, A_ArrayExpr)) return all_of(reinterpret_cast<const A_ArrayExpr*>(node)->elements);
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
        const auto text = text_in(node);
        return text && text->find_first_not_of(escape_) != std::string_view::npos &&
               ends_whole(text->substr(text->find_first_not_of(escape_)), escape_);
    }

    bool all_of(const List* list) {
        const ListCell* c = nullptr;
        foreach (c, list) {
            if (!is_whole(cell<Node>(*c))) return false;
        }
        return true;
    }

    bool parameter(const Node* node, bool array) {
        parameters_.push_back({reinterpret_cast<const ParamRef*>(node)->number, escape_, array});
        return true;
    }

    char escape_;
    std::vector<PatternParameter>& parameters_;
};

bool is_match(const List* name) {
    return is_one_of(std::string_view(string_value(llast(name))), "~~", "!~~", "~~*", "!~~*");
}

}  // namespace

// Of a bytea only a pattern is known that is written as a constant without a backslash.
void Resolver::meet_pattern(const Node* value, const Node* pattern, bool array) {
    if (pattern == nullptr) return;
    char escape = '\\';
    if (IsA(pattern, FuncCall) && called(reinterpret_cast<const FuncCall*>(pattern)) == "like_escape") {
        const auto* call = reinterpret_cast<const FuncCall*>(pattern);
        const auto given =
            list_length(call->args) == 2 ? text_in(static_cast<Node*>(lsecond(call->args))) : std::nullopt;
        if (!given || given->size() > 1) {
            out_.has_open_pattern = true;
            return;
        }
        escape = given->empty() ? '\0' : given->front();
        pattern = static_cast<const Node*>(linitial(call->args));
    }
    const auto bound = value == nullptr ? out_.bound.end() : out_.bound.find(value);
    const Column* column =
        bound == out_.bound.end() || bound->second.column < 0
            ? nullptr
            : bound->second.item->columns[static_cast<std::size_t>(bound->second.column)].attribute;
    const Type* type = column == nullptr ? nullptr : in_.catalog->type(column->type);
    if (column != nullptr && (column->type == bytea || (type != nullptr && type->base == bytea))) {
        const auto text = text_in(pattern);
        out_.has_open_pattern = out_.has_open_pattern || !text || text->find('\\') != std::string_view::npos;
        return;
    }
    Pattern read(escape, out_.pattern_parameters);
    if (!(array ? read.are_whole(pattern) : read.is_whole(pattern))) out_.has_open_pattern = true;
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
