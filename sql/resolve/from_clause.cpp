#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_set>

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
    // PostgreSQL itself would plan for hours.
    constexpr std::size_t most_items = 2'000;
    std::unordered_set<std::string_view> aliases;
    ListCell* c = nullptr;
    foreach (c, q.node->fromClause) {
        std::vector<NameEntry> names;
        FromItem* item = nullptr;
        if (!from_item(q, reinterpret_cast<Node**>(&c->ptr_value), names, item)) return false;
        q.from.push_back(item);
        for (const NameEntry& entry : names) {
            const bool named = entry.by_alias && !entry.item->alias.empty();
            if (named && !aliases.insert(entry.item->alias).second)
                return fail(Errc::duplicate_alias,
                            "table name \"" + entry.item->alias + "\" specified more than once");
        }
        q.names.insert(q.names.end(), names.begin(), names.end());
        q.index.forget();
        if (q.names.size() > most_items) {
            return fail(Errc::too_large,
                        "a FROM clause has at most " + std::to_string(most_items) + " items");
        }
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
            made->slot = slot;
            break;
        case T_RangeTableFunc:
            if (!range_table_function(q, reinterpret_cast<RangeTableFunc*>(node), made)) return false;
            break;
        case T_RangeTableSample:
            if (!range_sample(q, slot, made)) return false;
            break;
        case T_JoinExpr: return join(q, slot, names, made);
        default: return unsupported("this form of a FROM item");
    }
    q.leaves.push_back(made);
    names.push_back({made});
    return true;
}

bool Resolver::range_var(Query& q, Node** slot, FromItem*& made) {
    auto* rv = reinterpret_cast<RangeVar*>(*slot);
    if (rv->catalogname != nullptr && rv->catalogname != in_.catalog->database()) {
        return fail(Errc::not_in_postgresql, "cross-database references are not implemented", {},
                    rv->location);
    }
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
    return cte_item(*named, q, *made) && apply_column_aliases(*made, rv->alias);
}

bool Resolver::cte_item(Cte& named, Query& q, FromItem& item) {
    if (named.state == Cte::State::waiting && !cte(named)) return false;
    if (named.state == Cte::State::under_way) {
        bool inside = false;
        for (const Query* level = &q; level != nullptr && !inside; level = level->parent)
            inside = level == named.query;
        if (!inside) {
            return fail(Errc::not_in_postgresql, "mutual recursion between WITH items is not implemented", {},
                        item.range_var->location);
        }
        if (!named.columns_known) {
            return fail(Errc::invalid_recursion,
                        "recursive reference to query \"" + named.name +
                            "\" must not appear within its non-recursive term",
                        {}, item.range_var->location);
        }
        named.recursive = true;
    }
    item.cte = &named;
    item.query = named.query;
    item.columns = named.columns;
    item.open_ended = named.query->open_ended;
    return true;
}

bool Resolver::range_sample(Query& q, Node** slot, FromItem*& made) {
    static constexpr std::array<std::string_view, 2> methods = {"bernoulli", "system"};
    auto* sample = reinterpret_cast<RangeTableSample*>(*slot);
    if (!IsA(sample->relation, RangeVar)) {
        return fail(Errc::syntax_error, "TABLESAMPLE clause can only be applied to tables", {},
                    sample->location);
    }
    const bool built_in = std::ranges::find(methods, string_value(llast(sample->method))) != methods.end() &&
                          (list_length(sample->method) == 1 ||
                           string_value(linitial(sample->method)) == std::string_view("pg_catalog"));
    if (!built_in)
        return fail(Errc::unsupported, "only the sampling methods of PostgreSQL itself may be used",
                    "Write TABLESAMPLE bernoulli (...) or TABLESAMPLE system (...).", sample->location);
    if (!range_var(q, &sample->relation, made)) return false;
    if (made->kind != FromItem::Kind::relation || made->relation->kind == RelationKind::view) {
        return fail(Errc::wrong_object_type,
                    "TABLESAMPLE clause can only be applied to tables and materialized views",
                    "Take the sample of a table.", sample->location);
    }
    // Which rows it chooses hangs on where they stand.
    if (sample->repeatable != nullptr && in_.treatment != nullptr && in_.treatment->hides_places &&
        counted_subjects(*in_.treatment, made->treatment).empty()) {
        return fail(
            Errc::not_countable,
            "TABLESAMPLE ... REPEATABLE tells how many rows a statement has reached, also a refused one",
            "Leave out REPEATABLE.", sample->location);
    }
    made->sample = sample;
    made->slot = slot;
    // The arguments see outer queries only. Inside of the sub-select that stands for a protected table, its
    // own columns must stay out of sight, and a sub-query would need a masked sub-select of its own.
    std::vector<NameEntry> names = std::move(q.names);
    set_names(q, {});
    const auto sub_queries = q.sub_queries.size();
    const bool done =
        expressions(sample->args, {.query = &q}) && expression(sample->repeatable, {.query = &q});
    set_names(q, std::move(names));
    if (done && made->treatment != nullptr && q.sub_queries.size() != sub_queries) {
        return fail(Errc::unsupported, "a sub-query may not choose the sample of a protected table",
                    "Write the size of the sample as a number or a parameter.", sample->location);
    }
    return done;
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
        if (rv->catalogname != nullptr) {
            out_.qualify.push_back(
                {.kind = Qualify::Kind::database, .range_var = rv, .location = rv->location});
        }
        qualify_relation(rv, relation);
    }
    item.columns.reserve(relation.columns.size());
    for (const Column& column : relation.columns) {
        const Shown how = shown(item.treatment, column.number);
        if (how == Shown::stripped && !in_.trusted_text) {
            item.stripped.push_back(column.name);
            continue;
        }
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
                const CollateClause* collation = column->collClause;
                if (!type_name(column->typeName) ||
                    (collation != nullptr && !collation_name(collation->collname, collation->location)))
                    return false;
                made->columns.push_back({.name = column->colname});
                made->open_ended = list_length(function->functions) > 1 || function->ordinality;
            }
        }
    }
    if (made->columns.empty()) name_function_columns(*function, *made);
    if (function->alias != nullptr) {
        std::size_t i = 0;
        foreach (c, function->alias->colnames) {
            if (i == made->columns.size()) made->columns.emplace_back();
            made->columns[i++].name = string_value(lfirst(c));
        }
    }
    return true;
}

// XMLTABLE: all of its columns are named.
bool Resolver::range_table_function(Query& q, RangeTableFunc* function, FromItem*& made) {
    made = new_item(FromItem::Kind::function, q, function->alias);
    if (made->alias.empty()) made->alias = "xmltable";
    const Where inside{.query = &q, .lateral = true};
    out_.leak_safe = false;
    if (!expression(function->docexpr, inside) || !expression(function->rowexpr, inside)) return false;
    const ListCell* c = nullptr;
    foreach (c, function->namespaces) {
        if (!expression(cell<ResTarget>(*c)->val, inside)) return false;
    }
    foreach (c, function->columns) {
        auto* column = cell<RangeTableFuncCol>(*c);
        if (!type_name(column->typeName) || !expression(column->colexpr, inside) ||
            !expression(column->coldefexpr, inside))
            return false;
        made->columns.push_back({.name = column->colname});
    }
    return apply_column_aliases(*made, function->alias);
}

bool Resolver::apply_column_aliases(FromItem& item, Alias* alias) {
    if (alias == nullptr || alias->colnames == nullptr) return true;
    item.column_aliases = true;
    item.alias_count = list_length(alias->colnames);
    if (static_cast<std::size_t>(item.alias_count) > item.columns.size() && !item.open_ended) {
        return fail(Errc::column_list, "table \"" + item.alias + "\" has " +
                                           std::to_string(item.columns.size()) + " columns available but " +
                                           std::to_string(item.alias_count) + " columns specified");
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
