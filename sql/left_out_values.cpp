#include "sql/left_out_values.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql {
namespace {

bool is_null(const Node* value) {
    while (IsA(value, TypeCast))
        value = reinterpret_cast<const TypeCast*>(value)->arg;
    return IsA(value, A_Const) && reinterpret_cast<const A_Const*>(value)->isnull;
}

/// Calls is_it(value) with what each row has at `place`.
bool in_all(const List* rows, int place, auto is_it) {
    const ListCell* c = nullptr;
    foreach (c, rows) {
        const auto* row = static_cast<const List*>(lfirst(c));
        if (place >= list_length(row) || !is_it(static_cast<const Node*>(list_nth(row, place)))) return false;
    }
    return rows != nullptr;
}

}  // namespace

bool is_default_in_all(const List* rows, int place) {
    return in_all(rows, place, [](const Node* value) { return IsA(value, SetToDefault); });
}

bool gives_no_more_than_default(const List* rows, int place, const Relation& relation, const Column& column) {
    const bool is_table =
        relation.kind == RelationKind::table || relation.kind == RelationKind::partitioned_table;
    const bool null_by_default = is_table && !column.has_default;
    return in_all(rows, place, [&](const Node* value) {
        return IsA(value, SetToDefault) || (null_by_default && is_null(value));
    });
}

}  // namespace sql
