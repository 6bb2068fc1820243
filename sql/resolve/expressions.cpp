#include <algorithm>

#include "sql/parse/literals.hpp"
#include "sql/resolve/quiet.hpp"
#include "sql/resolve/resolver.hpp"

namespace sql::resolve {
namespace {

struct ColumnCollector {
    std::vector<const ColumnRef*> found;
};

bool collect_columns(Node* node, void* context) {
    if (node == nullptr) return false;
    if (IsA(node, ColumnRef)) {
        static_cast<ColumnCollector*>(context)->found.push_back(reinterpret_cast<ColumnRef*>(node));
        return false;
    }
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_columns), context);
}

bool is_at_or_above(const Query* level, const Query* here) {
    for (const Query* q = here; q != nullptr; q = q->parent) {
        if (q == level) return true;
    }
    return false;
}

constexpr Oid name_collation = 950;  // of type name: "C"

/// Whether it is of type name.
bool is_name(const SQLValueFunction* value) {
    switch (value->op) {
        case SVFOP_CURRENT_ROLE:
        case SVFOP_CURRENT_USER:
        case SVFOP_USER:
        case SVFOP_SESSION_USER:
        case SVFOP_CURRENT_CATALOG:
        case SVFOP_CURRENT_SCHEMA: return true;
        default: return false;  // dates and times
    }
}

int depth_of(const Query* q) {
    int depth = 0;
    for (; q->parent != nullptr; q = q->parent)
        ++depth;
    return depth;
}

}  // namespace

bool Resolver::expressions(List* list, Where where) {
    const ListCell* c = nullptr;
    foreach (c, list) {
        if (!expression(cell<Node>(*c), where)) return false;
    }
    return true;
}

// In a row, alias.* stands for the columns one by one (transformExpressionList).
bool Resolver::row_elements(List** list, Where where) {
    const ListCell* c = nullptr;
    foreach (c, *list) {
        Node* node = cell<Node>(*c);
        if (!expression(node, where)) return false;
        if (!IsA(node, ColumnRef) ||
            !IsA(static_cast<Node*>(llast(reinterpret_cast<ColumnRef*>(node)->fields)), A_Star))
            continue;
        auto* star = reinterpret_cast<ColumnRef*>(node);
        Reference& reference = out_.bound.at(star);
        if (!reference.item->open_ended) out_.row_stars.push_back({list, star, reference.item});
    }
    return true;
}

bool Resolver::condition(Node** slot, Where where) {
    Node* node = *slot;
    if (node == nullptr) return true;
    if (IsA(node, BoolExpr) && reinterpret_cast<BoolExpr*>(node)->boolop != NOT_EXPR) {
        ListCell* c = nullptr;
        foreach (c, reinterpret_cast<BoolExpr*>(node)->args) {
            if (!condition(reinterpret_cast<Node**>(&c->ptr_value), where)) return false;
        }
        return true;
    }
    if (auto search = search_of(slot, where)) {
        return search_operands(out_.searches.emplace_back(std::move(*search)), where);
    }
    return expression(node, where);
}

bool Resolver::expression(Node* node, Where where) {
    if (node == nullptr) return true;
    const bool below_filter = where.condition || where.lateral;
    const auto loud = [&] {
        if (below_filter) out_.leak_safe = false;
    };
    // The filter of what is changed stands in the same condition: there only comparisons pass as quiet.
    const bool changes = where.query != nullptr && where.query->modify != nullptr;
    switch (nodeTag(node)) {
        case T_A_Const: return true;
        case T_SQLValueFunction: {
            auto* value = reinterpret_cast<SQLValueFunction*>(node);
            if (value->op == SVFOP_CURRENT_SCHEMA) out_.current_schemas.emplace_back(value, where.query);
            if (below_filter && is_name(value)) meet_collation(name_collation);
            return true;
        }
        case T_ParamRef: use_parameter(reinterpret_cast<ParamRef*>(node), 0); return true;
        case T_ColumnRef: {
            if (!column_ref(reinterpret_cast<ColumnRef*>(node), where)) return false;
            const Reference& reference = out_.bound.at(node);
            const auto quiet = reference.column >= 0 && reference.item->level == where.query && !where.lateral
                                   ? quiet_collation(*reference.item, reference.column)
                                   : std::nullopt;
            if ((below_filter && !quiet) || reference.item->level != where.query) out_.leak_safe = false;
            if (below_filter && quiet) meet_collation(*quiet);
            if (where.condition) meet_row(reinterpret_cast<ColumnRef*>(node), reference);
            return true;
        }
        case T_List: return expressions(reinterpret_cast<List*>(node), where);
        case T_BoolExpr: return expressions(reinterpret_cast<BoolExpr*>(node)->args, where);
        case T_NullTest: {
            auto* arg = reinterpret_cast<Node*>(reinterpret_cast<NullTest*>(node)->arg);
            if (where.condition) allow_row(arg);
            return expression(arg, where);
        }
        case T_BooleanTest:
            return expression(reinterpret_cast<Node*>(reinterpret_cast<BooleanTest*>(node)->arg), where);
        case T_A_Expr: {
            auto* expr = reinterpret_cast<A_Expr*>(node);
            if (!is_quiet_operator(expr) || (changes && is_pattern_match(expr))) loud();
            if (where.condition) meet_row_comparison(expr);
            if (!operator_name(expr->name, expr->location) ||
                !operand(expr, expr->lexpr, expr->rexpr, where) ||
                !operand(expr, expr->rexpr, expr->lexpr, where))
                return false;
            meet_match(expr);
            if (where.condition) meet_path(expr);
            return true;
        }
        case T_TypeCast: {
            auto* cast = reinterpret_cast<TypeCast*>(node);
            const bool quiet = is_constant(node) ? is_quiet_cast(cast) : !changes && is_cast_to_text(cast);
            if (!quiet) loud();
            return type_cast(cast, where);
        }
        case T_CollateClause: {
            auto* collate = reinterpret_cast<CollateClause*>(node);
            loud();
            return collation_name(collate->collname, collate->location) && expression(collate->arg, where);
        }
        case T_CaseExpr: {
            auto* expr = reinterpret_cast<CaseExpr*>(node);
            loud();
            const ListCell* c = nullptr;
            foreach (c, expr->args) {
                auto* when = cell<CaseWhen>(*c);
                if (!expression(reinterpret_cast<Node*>(when->expr), where) ||
                    !expression(reinterpret_cast<Node*>(when->result), where))
                    return false;
            }
            return expression(reinterpret_cast<Node*>(expr->arg), where) &&
                   expression(reinterpret_cast<Node*>(expr->defresult), where);
        }
        case T_CoalesceExpr:
            if (changes) loud();
            return expressions(reinterpret_cast<CoalesceExpr*>(node)->args, where);
        case T_MinMaxExpr: loud(); return expressions(reinterpret_cast<MinMaxExpr*>(node)->args, where);
        case T_A_ArrayExpr: loud(); return expressions(reinterpret_cast<A_ArrayExpr*>(node)->elements, where);
        case T_RowExpr: loud(); return row_elements(&reinterpret_cast<RowExpr*>(node)->args, where);
        case T_GroupingFunc: return expressions(reinterpret_cast<GroupingFunc*>(node)->args, where);
        case T_NamedArgExpr:
            return expression(reinterpret_cast<Node*>(reinterpret_cast<NamedArgExpr*>(node)->arg), where);
        case T_A_Indirection: loud(); return indirection(reinterpret_cast<A_Indirection*>(node), where);
        case T_FuncCall:
            if (changes || !is_quiet_function(reinterpret_cast<FuncCall*>(node))) loud();
            if (!function_call(reinterpret_cast<FuncCall*>(node), where)) return false;
            meet_match(reinterpret_cast<FuncCall*>(node));
            return true;
        case T_SubLink: loud(); return sub_link(reinterpret_cast<SubLink*>(node), where);
        case T_XmlExpr: loud(); return xml_expression(reinterpret_cast<XmlExpr*>(node), where);
        case T_XmlSerialize: {
            auto* serialize = reinterpret_cast<XmlSerialize*>(node);
            loud();
            return type_name(serialize->typeName) && expression(serialize->expr, where);
        }
        case T_CurrentOfExpr: return unsupported("WHERE CURRENT OF");
        case T_SetToDefault:
            if (where.query->inserted) return true;
            return fail(Errc::syntax_error, "DEFAULT is not allowed in this context", {},
                        reinterpret_cast<SetToDefault*>(node)->location);
        default: return unsupported("this expression");
    }
}

// column op $n: the parameter has the column's type.
bool Resolver::operand(const A_Expr* expr, Node* node, Node* other, Where where) {
    if (node == nullptr || !IsA(node, ParamRef) || other == nullptr || !IsA(other, ColumnRef) ||
        expr->kind != AEXPR_OP)
        return expression(node, where);
    FromItem* item = nullptr;
    int column = -1;
    const bool known = find_plain_column(reinterpret_cast<ColumnRef*>(other), where, item, column) &&
                       item->columns[static_cast<std::size_t>(column)].attribute != nullptr;
    use_parameter(reinterpret_cast<ParamRef*>(node),
                  known ? item->columns[static_cast<std::size_t>(column)].attribute->type : 0);
    return true;
}

// 'paid'::status and ARRAY['paid']::status[] are read when the statement is, and $1::status when it is bound,
// unless the client has declared another type.
void Resolver::meet_enum_cast(TypeCast* cast) {
    const Type* type = named_type(*cast->typeName);
    if (type == nullptr || type->kind != 'e') return;
    if (IsA(cast->arg, A_Const) || parse::is_array_of_literals(cast->arg)) out_.constant_casts.insert(cast);
    const bool asked = in_.treatment != nullptr && in_.treatment->aggregates_only;
    if (!asked || !IsA(cast->arg, ParamRef) || in_.names->declares_parameters) return;
    out_.cast_parameters.emplace_back(reinterpret_cast<ParamRef*>(cast->arg)->number, type->oid);
    out_.constant_casts.insert(cast);
}

bool Resolver::type_cast(TypeCast* cast, Where where) {
    name_cast_constant(cast);
    if (where.condition && is_cast_to_text(cast)) allow_row(cast->arg);
    if (!type_name(cast->typeName) || !expression(cast->arg, where)) return false;
    meet_enum_cast(cast);
    const auto bound = out_.bound.find(cast->arg);
    if (bound == out_.bound.end() || !bound->second.is_whole_row() || bound->second.item->relation == nullptr)
        return true;
    const Relation& relation = *bound->second.item->relation;
    if (cast->typeName->arrayBounds == nullptr && relation.name == string_value(llast(cast->typeName->names)))
        out_.typed_rows.insert(cast->arg);
    return true;
}

bool Resolver::function_call(FuncCall* node, Where where) {
    Call& call = out_.calls.emplace_back();
    call.node = node;
    call.level = where.query;
    if (!function_name(&node->funcname, node->location, call)) {
        // column(row) is another spelling of row.column.
        return list_length(node->funcname) == 1 && column_as_function(node, where);
    }
    out_.functions.push_back({.schema = call.schema,
                              .name = call.name,
                              .location = node->location,
                              .call = node,
                              .query = where.query});
    if (call.schema == "pg_catalog") name_relation_argument(node, out_.functions.back());
    Where inside = where;
    inside.in_aggregate = where.in_aggregate || call.role == CallRole::aggregate;
    const ListCell* given = nullptr;
    foreach (given, node->args) {
        if (where.condition) allow_row(cell<Node>(*given));
    }
    if (!expressions(node->args, inside) || !expression(node->agg_filter, inside)) return false;
    if (call.schema != "pg_catalog") {
        const ListCell* argument = nullptr;
        foreach (argument, node->args)
            out_.typed_rows.insert(lfirst(argument));
    }
    const ListCell* c = nullptr;
    foreach (c, node->agg_order) {
        auto* by = cell<SortBy>(*c);
        if (!operator_name(by->useOp, by->location) || !expression(by->node, inside)) return false;
    }
    return count_call(call, where);
}

// Notes what the call makes of its query: a group, a window, a set of rows.
bool Resolver::count_call(Call& call, Where where) {
    switch (call.role) {
        case CallRole::plain: break;
        case CallRole::aggregate:
            call.level = aggregate_level(call.node, *where.query);
            call.level->aggregates = true;
            call.level->calls.push_back(&call);
            break;
        case CallRole::window:
            where.query->windows = true;
            where.query->calls.push_back(&call);
            if (!window(call.node->over, where)) return false;
            break;
    }
    const auto overloads = in_.catalog->functions(call.schema, call.name);
    if (std::ranges::any_of(overloads, &Function::returns_set) && !where.lateral) where.query->sets = true;
    return true;
}

bool Resolver::column_as_function(FuncCall* node, Where where) {
    if (list_length(node->args) != 1 || node->over != nullptr || node->agg_order != nullptr ||
        node->agg_filter != nullptr || node->agg_distinct || node->func_variadic ||
        !IsA(static_cast<Node*>(linitial(node->args)), ColumnRef)) {
        return false;
    }
    const std::optional<Error> first = error_;
    error_.reset();
    auto* ref = static_cast<ColumnRef*>(linitial(node->args));
    if (column_ref(ref, where) && has_field(out_.bound.at(ref), string_value(linitial(node->funcname))))
        return true;
    error_ = first;
    return false;
}

bool Resolver::has_field(const Reference& reference, std::string_view field) const {
    const std::vector<ItemColumn>& columns = reference.item->columns;
    if (reference.is_whole_row())
        return std::ranges::find(columns, field, &ItemColumn::name) != columns.end();
    if (reference.column < 0) return false;
    const Column* column = columns[static_cast<std::size_t>(reference.column)].attribute;
    const Type* type = column == nullptr ? nullptr : in_.catalog->type(column->type);
    const Relation* row = type == nullptr ? nullptr : in_.catalog->relation(type->relation);
    return row != nullptr && row->column(field) != nullptr;
}

bool Resolver::xml_expression(XmlExpr* expr, Where where) {
    const ListCell* c = nullptr;
    foreach (c, expr->named_args) {
        if (!expression(cell<ResTarget>(*c)->val, where)) return false;
    }
    return expressions(expr->args, where);
}

// The innermost query whose columns the arguments use; without any, the query in which the call stands
// (check_agglevels_and_constraints in parse_agg.c).
Query* Resolver::aggregate_level(FuncCall* call, Query& here) {
    ColumnCollector columns;
    for (List* list : {call->args, call->agg_order})
        collect_columns(reinterpret_cast<Node*>(list), &columns);
    collect_columns(call->agg_filter, &columns);
    Query* deepest = nullptr;
    for (const ColumnRef* ref : columns.found) {
        const auto found = out_.bound.find(ref);
        if (found == out_.bound.end() || !is_at_or_above(found->second.item->level, &here)) continue;
        Query* level = found->second.item->level;
        if (deepest == nullptr || depth_of(level) > depth_of(deepest)) deepest = level;
    }
    return deepest == nullptr ? &here : deepest;
}

bool Resolver::window(WindowDef* window, Where where) {
    if (!expressions(window->partitionClause, where)) return false;
    const ListCell* c = nullptr;
    foreach (c, window->orderClause) {
        auto* by = cell<SortBy>(*c);
        if (!operator_name(by->useOp, by->location) || !expression(by->node, where)) return false;
    }
    return expression(window->startOffset, where) && expression(window->endOffset, where);
}

bool Resolver::sub_link(SubLink* link, Where where) {
    if (!operator_name(link->operName, link->location) || !expression(link->testexpr, where)) return false;
    out_.compared_rows.insert(link->testexpr);
    if (!IsA(link->subselect, SelectStmt)) return unsupported("this sub-query", link->location);
    Query* inner =
        open_query(reinterpret_cast<SelectStmt*>(link->subselect), where.query, Query::Place::expression);
    inner->link = link;
    inner->after_grouping = where.after_grouping;
    where.query->sub_queries.push_back(inner);
    if (!query(*inner)) return false;
    meet_match(link, *inner);
    meet_row_comparison(link, *inner);
    return true;
}

bool Resolver::indirection(A_Indirection* node, Where where) {
    if (where.condition) allow_row(node->arg);
    if (!expression(node->arg, where)) return false;
    const auto bound = out_.bound.find(node->arg);
    const bool whole_row = bound != out_.bound.end() && bound->second.is_whole_row();
    const ListCell* c = nullptr;
    bool first = true;
    foreach (c, node->indirection) {
        Node* step = cell<Node>(*c);
        if (IsA(step, A_Indices)) {
            auto* indices = reinterpret_cast<A_Indices*>(step);
            if (!expression(indices->lidx, where) || !expression(indices->uidx, where)) return false;
        } else if (IsA(step, String)) {
            const char* field = strVal(step);
            if (first && whole_row) {
                if (!has_field(bound->second, field) && !mention_function_by_field(field)) {
                    return fail(Errc::undefined_column,
                                "column \"" + std::string(field) + "\" does not exist");
                }
            } else {
                static_cast<void>(mention_function_by_field(field));
            }
        } else if (!IsA(step, A_Star)) {
            return unsupported("this indirection");
        }
        first = false;
    }
    return true;
}

}  // namespace sql::resolve
