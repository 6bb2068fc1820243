#include <algorithm>

#include "sql/resolve/resolver.hpp"

namespace sql::resolve {

FromItem* Resolver::new_item(FromItem::Kind kind, Query& q, Alias* alias) {
    FromItem& item = out_.items.emplace_back();
    item.kind = kind;
    item.level = &q;
    if (alias != nullptr) item.alias = alias->aliasname;
    return &item;
}

bool Resolver::from_clause(Query& q) {
    ListCell* c = nullptr;
    foreach (c, q.node->fromClause) {
        std::vector<NameEntry> names;
        FromItem* item = nullptr;
        if (!from_item(q, reinterpret_cast<Node**>(&c->ptr_value), names, item)) return false;
        q.from.push_back(item);
        for (const NameEntry& entry : names) {
            const bool taken = entry.by_alias && std::ranges::any_of(q.names, [&](const NameEntry& other) {
                                   return other.by_alias && !entry.item->alias.empty() &&
                                          other.item->alias == entry.item->alias;
                               });
            if (taken)
                return fail(Errc::syntax_error,
                            "table name \"" + entry.item->alias + "\" specified more than once");
        }
        q.names.insert(q.names.end(), names.begin(), names.end());
    }
    return true;
}

bool Resolver::from_item(Query& q, Node** slot, std::vector<NameEntry>& names, FromItem*& made) {
    Node* node = *slot;
    switch (nodeTag(node)) {
        case T_RangeVar:
            if (!range_var(q, slot, made)) return false;
            break;
        case T_RangeSubselect:
            if (!range_subselect(q, slot, made)) return false;
            break;
        case T_RangeFunction:
            if (!range_function(q, reinterpret_cast<RangeFunction*>(node), made)) return false;
            break;
        case T_RangeTableSample: {
            auto* sample = reinterpret_cast<RangeTableSample*>(node);
            if (!IsA(sample->relation, RangeVar) || list_length(sample->method) != 1) {
                return unsupported("this TABLESAMPLE", sample->location);
            }
            if (!range_var(q, &sample->relation, made)) return false;
            if (made->kind != FromItem::Kind::relation || made->treatment != nullptr) {
                return unsupported("TABLESAMPLE of a protected table", sample->location);
            }
            made->sampled = true;
            if (!expressions(sample->args, {.query = &q}) || !expression(sample->repeatable, {.query = &q}))
                return false;
            break;
        }
        case T_JoinExpr: return join(q, slot, names, made);
        default: return unsupported("this form of a FROM item");
    }
    q.leaves.push_back(made);
    names.push_back({made});
    return true;
}

bool Resolver::range_var(Query& q, Node** slot, FromItem*& made) {
    auto* rv = reinterpret_cast<RangeVar*>(*slot);
    if (rv->catalogname != nullptr) return unsupported("a table name with a database name", rv->location);
    Cte* named = rv->schemaname == nullptr ? find_cte(rv->relname, q) : nullptr;
    made = new_item(named != nullptr ? FromItem::Kind::cte : FromItem::Kind::relation, q, rv->alias);
    if (made->alias.empty()) made->alias = rv->relname;
    made->range_var = rv;
    made->slot = slot;
    if (named == nullptr) {
        const Relation* relation = find_relation(rv);
        return relation != nullptr && relation_item(q, rv, *relation, *made) &&
               apply_column_aliases(*made, rv->alias);
    }
    if (named->state == Cte::State::waiting && !cte(*named)) return false;
    if (named->state == Cte::State::under_way) named->recursive = true;
    if (!named->columns_known) return unsupported("this form of recursion", rv->location);
    made->cte = named;
    made->query = named->query;
    made->columns = named->columns;
    const ListCell* c = nullptr;
    std::size_t i = 0;
    foreach (c, named->node->aliascolnames) {
        if (i < made->columns.size()) made->columns[i++].name = string_value(lfirst(c));
    }
    made->open_ended = named->query->open_ended;
    return apply_column_aliases(*made, rv->alias);
}

bool Resolver::relation_item(Query&, RangeVar* rv, const Relation& relation, FromItem& item) {
    switch (relation.kind) {
        case RelationKind::table:
        case RelationKind::partitioned_table:
        case RelationKind::view:
        case RelationKind::materialized_view:
        case RelationKind::foreign_table:
        case RelationKind::sequence: break;
        case RelationKind::index:
        case RelationKind::partitioned_index:
        case RelationKind::toast_table:
        case RelationKind::composite_type:
            return fail(Errc::undefined_table, "\"" + relation.name + "\" is not a table or view", {},
                        rv->location);
    }
    item.relation = &relation;
    item.treatment = treatment_of(relation.oid);
    if (relation.kind == RelationKind::view && reads_treated(relation)) {
        if (!view_item(relation, item)) return false;
        if (item.kind == FromItem::Kind::view) return true;
    }
    if (item.treatment == nullptr) {
        if (rv->schemaname == nullptr) {
            out_.qualify.push_back({.kind = Qualify::Kind::relation,
                                    .range_var = rv,
                                    .schema = relation.schema,
                                    .location = rv->location});
        }
    }
    for (const Column& column : relation.columns) {
        const Shown how = shown(item.treatment, column.number);
        if (how == Shown::stripped && !in_.trusted_text) continue;
        item.columns.push_back({.name = column.name, .attribute = &column, .shown = how});
    }
    return true;
}

bool Resolver::range_subselect(Query& q, Node** slot, FromItem*& made) {
    auto* sub = reinterpret_cast<RangeSubselect*>(*slot);
    if (sub->alias == nullptr) return fail(Errc::syntax_error, "subquery in FROM must have an alias");
    made = new_item(FromItem::Kind::subselect, q, sub->alias);
    made->subselect = sub;
    made->slot = slot;
    made->query = open_query(reinterpret_cast<SelectStmt*>(sub->subquery), &q, Query::Place::from);
    made->query->sees_siblings = sub->lateral;
    if (!query(*made->query)) return false;
    columns_of(*made->query, made->columns);
    made->open_ended = made->query->open_ended;
    return apply_column_aliases(*made, sub->alias);
}

bool Resolver::range_function(Query& q, RangeFunction* function, FromItem*& made) {
    made = new_item(FromItem::Kind::function, q, function->alias);
    made->open_ended = true;
    const ListCell* c = nullptr;
    foreach (c, function->functions) {
        // Each is a pair: the call, and column definitions.
        auto* pair = cell<List>(*c);
        auto* call = static_cast<Node*>(linitial(pair));
        if (!expression(call, {.query = &q, .lateral = true})) return false;
        if (made->alias.empty() && IsA(call, FuncCall)) {
            made->alias = string_value(llast(reinterpret_cast<FuncCall*>(call)->funcname));
        }
        List* definitions[] = {static_cast<List*>(lsecond(pair)), function->coldeflist};
        for (List* list : definitions) {
            const ListCell* d = nullptr;
            foreach (d, list) {
                auto* column = cell<ColumnDef>(*d);
                if (!type_name(column->typeName) || column->collClause != nullptr) {
                    return unsupported("this column definition", column->location);
                }
                made->columns.push_back({.name = column->colname});
                made->open_ended = list_length(function->functions) > 1 || function->ordinality;
            }
        }
    }
    if (function->alias != nullptr) {
        std::size_t i = 0;
        foreach (c, function->alias->colnames) {
            if (i == made->columns.size()) made->columns.emplace_back();
            made->columns[i++].name = string_value(lfirst(c));
        }
    }
    return true;
}

bool Resolver::apply_column_aliases(FromItem& item, Alias* alias) {
    if (alias == nullptr || alias->colnames == nullptr) return true;
    item.column_aliases = true;
    item.alias_count = list_length(alias->colnames);
    if (static_cast<std::size_t>(item.alias_count) > item.columns.size() && !item.open_ended) {
        return fail(Errc::undefined_column,
                    "table \"" + item.alias + "\" has " + std::to_string(item.columns.size()) +
                        " columns available but " + std::to_string(item.alias_count) + " columns specified");
    }
    const ListCell* c = nullptr;
    std::size_t i = 0;
    foreach (c, alias->colnames) {
        if (i < item.columns.size()) item.columns[i++].name = string_value(lfirst(c));
    }
    // The list counts from the left: what it names must be printed.
    for (std::size_t n = 0; n < i; ++n)
        mark(item, static_cast<int>(n));
    return true;
}

void Resolver::columns_of(const Query& inner, std::vector<ItemColumn>& columns) {
    columns.clear();
    for (std::size_t i = 0; i < inner.outputs.size(); ++i) {
        columns.push_back(
            {.name = inner.outputs[i].name, .output = static_cast<int>(i), .shown = inner.outputs[i].shown});
    }
}

}  // namespace sql::resolve
