#include "sql/resolve/resolver.hpp"

// Columns of composite types in conditions. Rows of two types are compared column by column, and fail at the
// first column whose types differ, which is reached only where the values before it are equal
// (record_cmp in rowtypes.c). PostgreSQL compares constants with sampled values when it plans.
namespace sql::resolve {

// Of a column of a composite type, of a domain over one, or of an array of either; also through sub-queries
// in FROM. nullptr: it is of another type.
const Type* Resolver::row_type(const FromItem& item, int index, int depth) const {
    if (index < 0 || static_cast<std::size_t>(index) >= item.columns.size() || depth > 16) return nullptr;
    const ItemColumn& column = item.columns[static_cast<std::size_t>(index)];
    if (column.attribute != nullptr) {
        const Type* declared = in_.catalog->type(column.attribute->type);
        const Type* type = declared;
        for (int i = 0; type != nullptr && i < 16 && (type->base != 0 || type->element != 0); ++i)
            type = in_.catalog->type(type->base != 0 ? type->base : type->element);
        return type != nullptr && type->relation != 0 ? declared : nullptr;
    }
    if (column.origin != nullptr) return row_type(*column.origin, column.origin_column, depth + 1);
    return item.query == nullptr ? nullptr : row_type(*item.query, column.output, depth + 1);
}

const Type* Resolver::row_type(const Query& query, int output, int depth) const {
    if (query.kind == Query::Kind::set_operation) {
        const Type* left = row_type(*query.left, output, depth + 1);
        return left != nullptr ? left : row_type(*query.right, output, depth + 1);
    }
    if (output < 0 || static_cast<std::size_t>(output) >= query.outputs.size()) return nullptr;
    const OutputColumn& from = query.outputs[static_cast<std::size_t>(output)];
    return from.item == nullptr ? nullptr : row_type(*from.item, from.column, depth + 1);
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
    const Type* type = row_type(*reference.item, reference.column);
    if (type == nullptr) return;
    const auto beside = rows_beside_.find(node);
    if (beside == rows_beside_.end() || beside->second != type->name) out_.compares_rows = true;
}

// row IN (SELECT row)
void Resolver::meet_row_comparison(const SubLink* link, const Query& query) {
    const bool compares = link->subLinkType == ANY_SUBLINK || link->subLinkType == ALL_SUBLINK;
    if (compares && row_type(query, 0) != nullptr) out_.compares_rows = true;
}

}  // namespace sql::resolve
