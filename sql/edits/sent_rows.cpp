#include "sql/edits/sent_rows.hpp"

#include <algorithm>
#include <string_view>

#include "sql/edits/plain_select.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

using resolve::FromItem;
using resolve::Query;

/// text[], or _text, as PostgreSQL calls it.
bool is_array(const TypeCast* cast) {
    const std::string_view name = strVal(llast(cast->typeName->names));
    return cast->typeName->arrayBounds != nullptr || name.starts_with('_');
}

/// int2vector, which becomes an array beside one. Its elements are parted by blanks.
bool is_vector(const TypeCast* cast) {
    return std::string_view(strVal(llast(cast->typeName->names))).ends_with("vector");
}

const Node* within_casts(const Node* node) {
    const auto holds_one = [](const TypeCast* cast) { return !is_array(cast) && !is_vector(cast); };
    while (IsA(node, TypeCast) && holds_one(reinterpret_cast<const TypeCast*>(node)))
        node = reinterpret_cast<const TypeCast*>(node)->arg;
    return node;
}

/// A literal, cast or not, or a parameter that is cast: no array itself, whatever the client declares.
bool is_scalar(const Node* node) {
    const Node* value = within_casts(node);
    return IsA(value, A_Const) || (IsA(value, ParamRef) && value != node);
}

bool are_scalars(const List* elements) {
    const ListCell* c = nullptr;
    foreach (c, elements) {
        if (!is_scalar(static_cast<const Node*>(lfirst(c)))) return false;
    }
    return true;
}

/// At most, as an array; `by_blanks`: or as a vector.
int values_in_text(const Node* literal, bool by_blanks) {
    const auto* constant = reinterpret_cast<const A_Const*>(literal);
    if (constant->isnull || !IsA(&constant->val, String)) return 1;
    return 1 + static_cast<int>(std::ranges::count_if(std::string_view(constant->val.sval.sval), [=](char c) {
               return c == ',' || (by_blanks && c == ' ');
           }));
}

const FuncCall* call_in(const Node* node) {
    while (node != nullptr && IsA(node, TypeCast))
        node = reinterpret_cast<const TypeCast*>(node)->arg;
    return node != nullptr && IsA(node, FuncCall) ? reinterpret_cast<const FuncCall*>(node) : nullptr;
}

/// unnest() of arrays has as many rows as the longest of them.
bool add_elements(const resolve::Resolution& text, const FuncCall* call, SentRows& rows) {
    const bool unnests = std::ranges::any_of(text.functions, [&](const resolve::FunctionMention& function) {
        return function.call == call && function.schema == "pg_catalog" && function.name == "unnest";
    });
    if (call == nullptr || !unnests || call->func_variadic) return false;
    const ListCell* c = nullptr;
    foreach (c, call->args) {
        const auto* array = static_cast<const Node*>(lfirst(c));
        // Without a cast its type is what the client declares.
        if (!IsA(array, TypeCast) && !IsA(array, A_ArrayExpr)) return false;
        if (const int parameter = array_parameter(array); parameter != 0) {
            rows.arrays.push_back(parameter);
            continue;
        }
        const auto values = array_values(array);
        if (!values) return false;
        rows.values = std::max(rows.values, *values);
    }
    return true;
}

/// SELECT unnest(...), unnest(...), 'constant'.
bool add_targets(const resolve::Resolution& text, const Query& query, SentRows& rows) {
    const ListCell* c = nullptr;
    foreach (c, query.node->targetList) {
        const Node* value = static_cast<const ResTarget*>(lfirst(c))->val;
        const bool constant = IsA(value, ParamRef) || is_scalar(value);
        if (!constant && !add_elements(text, call_in(value), rows)) return false;
    }
    return true;
}

bool add_function(const resolve::Resolution& text, const FromItem& item, SentRows& rows) {
    if (item.slot == nullptr || !IsA(*item.slot, RangeFunction)) return false;
    const ListCell* c = nullptr;
    foreach (c, reinterpret_cast<const RangeFunction*>(*item.slot)->functions) {
        const auto* call = static_cast<const Node*>(linitial(static_cast<const List*>(lfirst(c))));
        if (!add_elements(text, call_in(call), rows)) return false;
    }
    return true;
}

}  // namespace

std::optional<int> array_values(const Node* array) {
    if (array == nullptr) return 0;
    if (IsA(array, A_ArrayExpr)) {
        const List* elements = reinterpret_cast<const A_ArrayExpr*>(array)->elements;
        const bool plain = are_scalars(elements);
        int values = 0;
        const ListCell* c = nullptr;
        foreach (c, elements) {
            const auto* element = static_cast<const Node*>(lfirst(c));
            const bool literal = IsA(within_casts(element), A_Const);
            // Beside an array a literal becomes one.
            const auto within = plain     ? 1
                                : literal ? values_in_text(within_casts(element), true)
                                          : array_values(element);
            if (!within) return std::nullopt;
            values += *within;
        }
        return values;
    }
    if (IsA(array, TypeCast)) {
        const auto* cast = reinterpret_cast<const TypeCast*>(array);
        return is_array(cast) ? array_values(cast->arg) : std::nullopt;
    }
    return IsA(array, A_Const) ? std::optional(values_in_text(array, false)) : std::nullopt;
}

int array_parameter(const Node* array) {
    while (array != nullptr && IsA(array, TypeCast) && is_array(reinterpret_cast<const TypeCast*>(array)))
        array = reinterpret_cast<const TypeCast*>(array)->arg;
    return array != nullptr && IsA(array, ParamRef) ? reinterpret_cast<const ParamRef*>(array)->number : 0;
}

namespace {

std::optional<SentRows> sent_rows_of(const resolve::Resolution& text, const FromItem& item) {
    const bool of_a_query = item.kind == FromItem::Kind::subselect ||
                            (item.kind == FromItem::Kind::cte && item.cte != nullptr && !item.cte->recursive);
    if (of_a_query) return item.query == nullptr ? std::nullopt : sent_rows(text, *item.query);
    SentRows rows;
    if (item.kind != FromItem::Kind::function || !add_function(text, item, rows)) return std::nullopt;
    return rows;
}

}  // namespace

std::optional<SentRows> sent_rows(const resolve::Resolution& text, const Query& query) {
    const auto* modify = query.modify;
    if (modify != nullptr) {
        // It reads its target, and its source.
        const bool joins =
            (modify->kind == resolve::Modify::Kind::merge || modify->kind == resolve::Modify::Kind::update) &&
            query.from.size() == 2 && query.from.front() == modify->target;
        return joins ? sent_rows_of(text, *query.from.back()) : std::nullopt;
    }
    if (query.kind == Query::Kind::values) return SentRows{list_length(query.node->valuesLists), {}};
    if (query.kind != Query::Kind::select || query.from.size() > 1 || groups_by_sets(query.node))
        return std::nullopt;
    if (!query.from.empty()) return query.sets ? std::nullopt : sent_rows_of(text, *query.from.front());
    SentRows rows;
    if (!add_targets(text, query, rows)) return std::nullopt;
    if (rows.arrays.empty()) rows.values = std::max(rows.values, 1);
    return rows;
}

}  // namespace sql::edits
