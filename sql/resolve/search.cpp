#include <algorithm>

#include "sql/resolve/levels.hpp"
#include "sql/resolve/resolver.hpp"
#include "sql/searched_values.hpp"
#include "sql/type_oids.hpp"

namespace sql::resolve {
namespace {

/// Each row as it comes out of FROM and WHERE.
bool shows_rows_of_tables(const Query& query) {
    const SelectStmt* select = query.node;
    return query.kind == Query::Kind::select && query.modify == nullptr && !query.grouped() &&
           !query.windows && !query.sets && !query.open_ended && select->distinctClause == nullptr &&
           select->limitCount == nullptr && select->limitOffset == nullptr && select->targetList != nullptr &&
           !is_table_command(select);
}

/// Whether USING or NATURAL makes one column of it and another.
bool is_merged(const Query& query, const FromItem& item, int column) {
    std::vector<const FromItem*> open(query.from.begin(), query.from.end());
    while (!open.empty()) {
        const FromItem* one = open.back();
        open.pop_back();
        if (one->kind != FromItem::Kind::join) continue;
        open.insert(open.end(), {one->left, one->right});
        for (const ItemColumn& made : one->columns) {
            const bool of_it = (made.origin == &item && made.origin_column == column) ||
                               (made.merged == &item && made.merged_column == column);
            if (made.merged != nullptr && of_it) return true;
        }
    }
    return false;
}

}  // namespace

bool Resolver::is_constant(Node* node) const {
    if (node == nullptr) return false;
    switch (nodeTag(node)) {
        case T_A_Const: return !reinterpret_cast<A_Const*>(node)->isnull;
        case T_ParamRef: return true;
        case T_TypeCast: return is_constant(reinterpret_cast<TypeCast*>(node)->arg);
        case T_List: {
            const ListCell* c = nullptr;
            foreach (c, reinterpret_cast<List*>(node)) {
                if (!is_constant(cell<Node>(*c))) return false;
            }
            return true;
        }
        case T_A_ArrayExpr:
            return is_constant(reinterpret_cast<Node*>(reinterpret_cast<A_ArrayExpr*>(node)->elements));
        default: return false;  // everything else may depend on a row
    }
}

// A constant, or what PostgreSQL's functions over text make of constants: one value, whatever the row is.
bool Resolver::is_searched_value(Node* node) const {
    if (is_constant(node)) return true;
    const auto all = [this](const List* list) {
        const ListCell* c = nullptr;
        foreach (c, list) {
            if (!is_searched_value(cell<Node>(*c))) return false;
        }
        return list != nullptr;
    };
    if (node == nullptr) return false;
    if (IsA(node, List)) return all(reinterpret_cast<List*>(node));
    if (IsA(node, TypeCast)) return is_searched_value(reinterpret_cast<TypeCast*>(node)->arg);
    if (IsA(node, A_Expr)) {
        const auto* expr = reinterpret_cast<A_Expr*>(node);
        return expr->kind == AEXPR_OP && list_length(expr->name) == 1 && expr->lexpr != nullptr &&
               std::string_view(string_value(linitial(expr->name))) == "||" &&
               is_searched_value(expr->lexpr) && is_searched_value(expr->rexpr);
    }
    if (!IsA(node, FuncCall)) return false;
    const auto* call = reinterpret_cast<FuncCall*>(node);
    const int parts = list_length(call->funcname);
    const bool own = parts == 1 ||
                     (parts == 2 && std::string_view(string_value(linitial(call->funcname))) == "pg_catalog");
    return own && !call->func_variadic && call->over == nullptr &&
           tidies_searched_value(string_value(llast(call->funcname))) && all(call->args);
}

bool Resolver::is_plain_pattern(const Node* pattern) const {
    while (pattern != nullptr && IsA(pattern, TypeCast) &&
           spells_out(reinterpret_cast<const TypeCast*>(pattern)))
        pattern = reinterpret_cast<const TypeCast*>(pattern)->arg;
    if (pattern == nullptr || !IsA(pattern, A_Const)) return false;
    const auto* constant = reinterpret_cast<const A_Const*>(pattern);
    return !constant->isnull && IsA(&constant->val, String) && sql::is_plain_pattern(constant->val.sval.sval);
}

bool Resolver::folds(const FuncCall* call) const {
    const int parts = list_length(call->funcname);
    return (parts == 1 ||
            (parts == 2 && std::string_view(string_value(linitial(call->funcname))) == "pg_catalog")) &&
           list_length(call->args) == 1 && !call->func_variadic && call->over == nullptr &&
           call->agg_filter == nullptr && call->agg_order == nullptr && !call->agg_distinct &&
           !call->agg_within_group && folds_searched_column(string_value(llast(call->funcname)));
}

// Without a length: that would search for a part.
bool Resolver::spells_out(const TypeCast* cast) const {
    const TypeName* name = cast->typeName;
    if (name->typmods != nullptr || name->arrayBounds != nullptr || name->setof || name->pct_type)
        return false;
    const Type* type = named_type(*name);
    return type != nullptr && (type->oid == type_oid::text || type->oid == type_oid::varchar);
}

// A domain brings a collation of its own, by which others may be equal.
bool Resolver::casts_to_a_domain(Node* value) const {
    struct Search {
        const Resolver& resolver;
        static bool walk(Node* at, void* context) {
            if (at == nullptr) return false;
            const auto& self = *static_cast<Search*>(context);
            if (IsA(at, TypeName)) {
                const Type* type = self.resolver.named_type(*reinterpret_cast<TypeName*>(at));
                return type != nullptr && type->kind == 'd';
            }
            return raw_expression_tree_walker(at, reinterpret_cast<bool (*)()>(walk), context);
        }
    } search{*this};
    return Search::walk(value, &search);
}

// The column that a side of a comparison shows, as it is or folded; nullptr: none.
ColumnRef* Resolver::searched_column(Node* side) const {
    while (side != nullptr && !IsA(side, ColumnRef)) {
        if (IsA(side, TypeCast) && spells_out(reinterpret_cast<TypeCast*>(side)))
            side = reinterpret_cast<TypeCast*>(side)->arg;
        else if (IsA(side, FuncCall) && folds(reinterpret_cast<FuncCall*>(side)))
            side = cell<Node>(*list_head(reinterpret_cast<FuncCall*>(side)->args));
        else
            return nullptr;
    }
    return reinterpret_cast<ColumnRef*>(side);
}

// Of the column itself, not of the text that it is cast to.
bool Resolver::is_folded_by_function(const Node* side) {
    bool by_function = false;
    while (!IsA(side, ColumnRef)) {
        by_function = IsA(side, FuncCall);
        side = by_function ? static_cast<const Node*>(linitial(reinterpret_cast<const FuncCall*>(side)->args))
                           : reinterpret_cast<const TypeCast*>(side)->arg;
    }
    return by_function;
}

// The functions that fold a column, and its types, by their schemas. The column itself is named by nothing.
bool Resolver::fold_names(Node* side, Where where) {
    while (!IsA(side, ColumnRef)) {
        if (IsA(side, TypeCast)) {
            if (!type_name(reinterpret_cast<TypeCast*>(side)->typeName)) return false;
            side = reinterpret_cast<TypeCast*>(side)->arg;
            continue;
        }
        auto* function = reinterpret_cast<FuncCall*>(side);
        Call call{.node = function, .level = where.query};
        if (!function_name(&function->funcname, function->location, call)) return false;
        side = cell<Node>(*list_head(function->args));
    }
    return true;
}

// col = constant, constant = col, col IN (constants), col = ANY (constant), col LIKE 'no pattern', and so
// ILIKE: under AND and OR only.
std::optional<Search> Resolver::search_of(Node** slot, Where where) {
    if (!IsA(*slot, A_Expr) || in_.treatment == nullptr || in_.raw || in_.trusted_text) return std::nullopt;
    auto* expr = reinterpret_cast<A_Expr*>(*slot);
    if (list_length(expr->name) != 1) return std::nullopt;
    const std::string_view op = string_value(linitial(expr->name));
    const bool matches = expr->kind == AEXPR_LIKE || expr->kind == AEXPR_ILIKE;
    if (matches ? (op != "~~" && op != "~~*") || !is_plain_pattern(expr->rexpr) : op != "=")
        return std::nullopt;
    Node* side = expr->lexpr;
    Node* value = expr->rexpr;
    switch (expr->kind) {
        case AEXPR_OP:
            if (searched_column(value) != nullptr) std::swap(side, value);
            break;
        case AEXPR_IN:
        case AEXPR_OP_ANY:
        case AEXPR_LIKE:
        case AEXPR_ILIKE: break;
        default: return std::nullopt;  // no other form is an equality with constants
    }
    ColumnRef* name = searched_column(side);
    if (name == nullptr) return std::nullopt;
    if (expr->kind == AEXPR_OP_ANY ? !is_constant(value) : !is_searched_value(value)) return std::nullopt;
    if (casts_to_a_domain(value)) return std::nullopt;

    Search search{.slot = slot, .name = name, .folded = matches || side != reinterpret_cast<Node*>(name)};
    if (!find_plain_column(name, where, search.item, search.column)) return std::nullopt;
    if (search.item->kind != FromItem::Kind::relation &&
        (in_.treatment->aggregates_only || where.query->modify != nullptr || !pass_through(search)))
        return std::nullopt;
    const FromItem& item = *search.item;
    if (item.treatment == nullptr || item.use == FromItem::Use::excluded ||
        (search.folded && in_.treatment->aggregates_only))
        return std::nullopt;
    const ItemColumn& target = item.columns[static_cast<std::size_t>(search.column)];
    const bool by_function = matches || is_folded_by_function(side);
    const bool searchable = target.shown == Shown::masked && target.attribute != nullptr &&
                            (!by_function || folds_whole(target.attribute->type, *in_.catalog)) &&
                            std::ranges::find(item.treatment->searchable, target.attribute->number) !=
                                item.treatment->searchable.end();
    return searchable ? std::optional(std::move(search)) : std::nullopt;
}

// Down to the table whose column it is, where each row on the way is one of that table's, and has room for a
// hidden column.
bool Resolver::pass_through(Search& search) {
    while (search.item->kind != FromItem::Kind::relation) {
        FromItem& item = *search.item;
        const bool is_view = item.kind == FromItem::Kind::view;
        if (!is_view && item.kind != FromItem::Kind::subselect && item.kind != FromItem::Kind::cte)
            return false;
        const ItemColumn& column = item.columns[static_cast<std::size_t>(search.column)];
        const Query* query = query_of(item);
        if (column.output < 0 || query == nullptr || (is_view && column.shown != Shown::open) ||
            (item.cte != nullptr && item.cte->recursive) || !shows_rows_of_tables(*query))
            return false;
        const OutputColumn& output = query->outputs[static_cast<std::size_t>(column.output)];
        if (output.item == nullptr || output.column < 0 || output.item->level != query ||
            output.item->unreachable || is_merged(*query, *output.item, output.column))
            return false;
        search.through.push_back(&item);
        search.item = output.item;
        search.column = output.column;
    }
    return true;
}

// Finds without binding: the reference must leave no mark, or the masked column would be printed as well.
bool Resolver::find_plain_column(ColumnRef* ref, Where where, FromItem*& item, int& column) {
    if (!IsA(static_cast<Node*>(llast(ref->fields)), String)) return false;
    const char* name = strVal(llast(ref->fields));
    const int parts = list_length(ref->fields);
    const bool bare = parts == 1;
    item = nullptr;
    bool visible = true;
    for (Query* q = where.query; q != nullptr && item == nullptr; visible = q->sees_siblings, q = q->parent) {
        if (!visible) continue;
        if (bare) {
            const auto found = q->index.column(q->names, name);
            if (found.count == 0) {
                if (open_ended_of(*q) != nullptr) return false;
                continue;
            }
            if (found.count > 1) return false;
            item = found.item;
            column = found.column;
            continue;
        }
        const auto found = q->index.alias(q->names, strVal(list_nth(ref->fields, parts - 2)));
        if (found.count == 0) continue;
        if (found.count > 1 || found.item->open_ended) return false;
        item = found.item;
        if (parts > 3 || (parts == 3 && !has_schema(*item, ref))) return false;
        int count = 0;
        for (std::size_t i = 0; i < item->columns.size(); ++i) {
            if (item->columns[i].name != name) continue;
            ++count;
            column = static_cast<int>(i);
        }
        if (count != 1) return false;
    }
    if (item == nullptr) return false;
    while (item->kind == FromItem::Kind::join) {
        // Under an alias of the join its members cannot be named.
        const ItemColumn& c = item->columns[static_cast<std::size_t>(column)];
        if (!item->alias.empty() || c.merged != nullptr) return false;
        column = c.origin_column;
        item = c.origin;
    }
    return true;
}

bool Resolver::search_operands(const Search& search, Where where) {
    auto* expr = reinterpret_cast<A_Expr*>(*search.slot);
    const bool on_the_left = searched_column(expr->lexpr) == search.name;
    Node* value = on_the_left ? expr->rexpr : expr->lexpr;
    const ItemColumn& column = search.item->columns[static_cast<std::size_t>(search.column)];
    const Oid type = search.folded ? type_oid::text : column.attribute->type;
    where.condition = false;  // constants reveal nothing
    // Beside the filter of what is changed only comparisons pass as quiet.
    if (search.folded && search.item->use == FromItem::Use::target) out_.leak_safe = false;
    if (!fold_names(on_the_left ? expr->lexpr : expr->rexpr, where)) return false;
    if (expr->kind == AEXPR_OP_ANY) return expression(value, where);
    if (!IsA(value, List)) return search_operand(value, type, where);
    const ListCell* c = nullptr;
    foreach (c, reinterpret_cast<List*>(value)) {
        if (!search_operand(cell<Node>(*c), type, where)) return false;
    }
    return true;
}

bool Resolver::search_operand(Node* value, Oid type, Where where) {
    if (!IsA(value, ParamRef)) return expression(value, where);
    const auto* parameter = reinterpret_cast<ParamRef*>(value);
    use_parameter(parameter, type);
    out_.parameters[parameter->number].searched = true;
    return true;
}

// Notes the type that PostgreSQL would infer for the parameter's first use.
void Resolver::use_parameter(const ParamRef* parameter, Oid compared_with) {
    Oid type = compared_with;
    for (const Type* t = in_.catalog->type(type); t != nullptr && t->kind == 'd'; t = in_.catalog->type(type))
        type = t->base;
    if (type == type_oid::varchar) type = type_oid::text;  // varchar has no operators of its own
    ParameterUses& uses = out_.parameters[parameter->number];
    ++uses.count;
    if (uses.first_location >= 0 && uses.first_location <= parameter->location) return;
    uses.first_location = parameter->location;
    uses.first_type = type;
}

}  // namespace sql::resolve
