#include <algorithm>
#include <string>

#include "sql/is_one_of.hpp"
#include "sql/resolve/resolver.hpp"
#include "sql/resolve/stored_column.hpp"
#include "sql/type_oids.hpp"

// PostgreSQL tries operators on sampled values when it plans (selfuncs.c), also on those of rows that nobody
// is shown: what may fail on one of them is refused.
namespace sql::resolve {
namespace {

Error unlike_rows() {
    return {.code = Errc::unsupported,
            .message = "a column of a composite type is compared with a row of another type",
            .hint = "Compare its fields, (column).field, or cast the row to the column's type."};
}

Error open_path() {
    return {.code = Errc::unsupported,
            .message = "a path over a column of jsonb may fail on a document",
            .hint = "Give the path as a constant that compares no times."};
}

/// Times with a zone are compared with others in the session's, or not at all: that is no error which @? and
/// @@ would keep silent about (jsonpath_exec.c).
bool is_plain_path(const Node* path) {
    while (path != nullptr && IsA(path, TypeCast))
        path = reinterpret_cast<const TypeCast*>(path)->arg;
    if (path == nullptr || !IsA(path, A_Const)) return false;
    const auto* constant = reinterpret_cast<const A_Const*>(path);
    if (constant->isnull) return true;
    if (!IsA(&constant->val, String)) return false;
    std::string text = constant->val.sval.sval;
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
    return text.find("datetime") == std::string::npos && text.find('\\') == std::string::npos;
}

}  // namespace

// nullptr: it is no column of a table.
const Type* Resolver::type_of_column(const Column* column) const {
    return column == nullptr ? nullptr : in_.catalog->type(column->type);
}

const Type* Resolver::stored_type(const Node* node) const {
    const auto bound = out_.bound.find(node);
    if (bound == out_.bound.end() || bound->second.column < 0) return nullptr;
    return type_of_column(stored_column(*bound->second.item, bound->second.column));
}

// A composite type, a domain over one, or arrays of either. Rows of two types are compared column by column,
// and fail at the first whose types differ, which is reached only where the values before it are equal
// (record_cmp in rowtypes.c).
bool Resolver::holds_rows(const Type* type) const {
    for (int i = 0; type != nullptr && i < 16 && (type->base != 0 || type->element != 0); ++i)
        type = in_.catalog->type(type->base != 0 ? type->base : type->element);
    return type != nullptr && type->relation != 0;
}

// Its fields, whether it is NULL, and what a function makes of it are no values that were sampled.
void Resolver::allow_row(const Node* node) {
    if (node != nullptr && IsA(node, ColumnRef)) allowed_rows_.insert(node);
}

void Resolver::meet_row_comparison(const A_Expr* expr) {
    const auto type_of = [](const Node* node) -> std::string_view {
        if (node == nullptr || !IsA(node, TypeCast)) return {};
        const TypeName* type = reinterpret_cast<const TypeCast*>(node)->typeName;
        return type->arrayBounds == nullptr ? string_value(llast(type->names)) : std::string_view();
    };
    for (const auto& [node, other] :
         {std::pair(expr->lexpr, expr->rexpr), std::pair(expr->rexpr, expr->lexpr)}) {
        if (node != nullptr && IsA(node, ColumnRef) && !type_of(other).empty())
            rows_beside_[node] = type_of(other);
    }
}

void Resolver::meet_row(const ColumnRef* node, const Reference& reference) {
    if (reference.column < 0 || allowed_rows_.contains(node)) return;
    const Type* type = type_of_column(stored_column(*reference.item, reference.column));
    if (!holds_rows(type)) return;
    const auto beside = rows_beside_.find(node);
    if (beside == rows_beside_.end() || beside->second != type->name) out_.fails_on_samples = unlike_rows();
}

// row IN (SELECT row)
void Resolver::meet_row_comparison(const SubLink* link, const Query& query) {
    const bool compares = link->subLinkType == ANY_SUBLINK || link->subLinkType == ALL_SUBLINK;
    if (compares && holds_rows(type_of_column(stored_column(query, 0))))
        out_.fails_on_samples = unlike_rows();
}

void Resolver::meet_path(const A_Expr* expr) {
    if (list_length(expr->name) == 0 || !is_one_of(string_value(llast(expr->name)), "@?", "@@")) return;
    for (const auto& [document, path] :
         {std::pair(expr->lexpr, expr->rexpr), std::pair(expr->rexpr, expr->lexpr)}) {
        const Type* type = document == nullptr ? nullptr : stored_type(document);
        while (type != nullptr && type->base != 0)
            type = in_.catalog->type(type->base);
        if (type != nullptr && type->oid == type_oid::jsonb && !is_plain_path(path))
            out_.fails_on_samples = open_path();
    }
}

// USING and NATURAL compare as ON would.
void Resolver::meet_joined(const FromItem& left, int left_column, const FromItem& right, int right_column) {
    const Type* type = type_of_column(stored_column(left, left_column));
    const Type* other = type_of_column(stored_column(right, right_column));
    if ((holds_rows(type) || holds_rows(other)) && type != other) out_.fails_on_samples = unlike_rows();
    for (const auto& [item, column] : {std::pair(&left, left_column), std::pair(&right, right_column)}) {
        const auto quiet = quiet_collation(*item, column);
        if (quiet)
            meet_collation(*quiet);
        else
            out_.leak_safe = false;
    }
}

}  // namespace sql::resolve
