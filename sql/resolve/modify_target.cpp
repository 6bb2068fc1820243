#include <algorithm>

#include "sql/resolve/resolver.hpp"

namespace sql::resolve {

// The relation that is changed. Its name can be that of no WITH query, and it stays a relation: a sub-select
// cannot be changed.
bool Resolver::modify_target(Query& q, RangeVar* name) {
    if (name->catalogname != nullptr) return unsupported("a table name with a database name", name->location);
    if (name->schemaname == nullptr && find_cte(name->relname, q) != nullptr) {
        return fail(
            Errc::syntax_error,
            "relation \"" + std::string(name->relname) + "\" cannot be the target of a modifying statement",
            {}, name->location);
    }
    const Relation* relation = find_relation(name);
    if (relation == nullptr) return false;
    switch (relation->kind) {
        case RelationKind::table:
        case RelationKind::partitioned_table:
        case RelationKind::foreign_table: break;
        case RelationKind::view:
            if (!change_through(q, *relation, name->location)) return false;
            break;
        case RelationKind::materialized_view:
        case RelationKind::sequence:
        case RelationKind::index:
        case RelationKind::partitioned_index:
        case RelationKind::toast_table:
        case RelationKind::composite_type:
            return fail(Errc::undefined_table,
                        "\"" + relation->name + "\" is not a table whose rows can change", {},
                        name->location);
    }
    FromItem* item = new_item(FromItem::Kind::relation, q, name->alias);
    item->use = FromItem::Use::target;
    if (item->alias.empty()) item->alias = name->relname;
    item->range_var = name;
    item->relation = relation;
    item->treatment = q.modify->through && in_.treatment != nullptr ? &out_.changed_views.back()
                                                                    : treatment_of(relation->oid);
    qualify_relation(name, *relation);
    for (const Column& column : relation->columns) {
        const Shown how = shown(item->treatment, column.number);
        if (how != Shown::stripped)
            item->columns.push_back({.name = column.name, .attribute = &column, .shown = how});
    }
    q.modify->target = item;
    return true;
}

// A view stays the target, under the treatment of its table. For facts nothing is treated yet.
bool Resolver::change_through(Query& q, const Relation& view, int location) {
    const bool treated = reads_treated(view);
    if (in_.treatment != nullptr && !treated) return true;
    if (treated && q.modify->kind == Modify::Kind::merge) {
        return fail(Errc::unsupported, "MERGE cannot change rows through view \"" + view.name + "\"",
                    "Change the table that it shows.", location);
    }
    const auto refused = [&](const Error& error) {
        if (treated) return fail(error.code, error.message, error.hint, location);
        q.modify->obstacle = error.message;
        return true;
    };
    auto changed = changed_view(*in_.catalog, memory_, view);
    if (!changed) return refused(changed.error());
    if (treated) {
        const RelationTreatment* of_table = treatment_of(changed->table->oid);
        if (of_table == nullptr) return unsupported("a change through view \"" + view.name + "\"", location);
        auto through = treatment_through(*changed, *of_table, *in_.treatment);
        if (!through) return refused(through.error());
        out_.changed_views.push_back(std::move(*through));
    }
    q.modify->through = std::move(*changed);
    return true;
}

// What a statement cannot do through a view.
bool Resolver::check_through(const Query& q) {
    const Modify& modify = *q.modify;
    if (!modify.through || in_.treatment == nullptr) return true;
    const int location = modify.target->range_var->location;
    for (const Assignment& assignment : modify.assignments) {
        const bool sent = !assignment.is_default || assignment.clause == Assignment::Clause::update;
        if (!sent || modify.through->of_table(*assignment.column) != nullptr) continue;
        return fail(Errc::unsupported,
                    "column \"" + assignment.column->name + "\" of view \"" + modify.through->view->name +
                        "\" is computed and cannot be written",
                    "Write the columns that it is computed from.", location);
    }
    if (modify.on_conflict && modify.updates && modify.through->chooses) {
        return fail(Errc::unsupported,
                    "ON CONFLICT DO UPDATE could change a row that view \"" + modify.through->view->name +
                        "\" does not show",
                    "Insert into the table that it shows.", location);
    }
    return true;
}

// What stands in FROM or USING cannot see the target, so its name is added behind them; but its columns come
// first in RETURNING *.
bool Resolver::add_target_name(Query& q) {
    FromItem* target = q.modify->target;
    const bool taken = std::ranges::any_of(q.names, [&](const NameEntry& entry) {
        return entry.by_alias && entry.item->alias == target->alias;
    });
    if (taken) {
        return fail(Errc::syntax_error, "table name \"" + target->alias + "\" specified more than once", {},
                    target->range_var->location);
    }
    std::vector<NameEntry> names = q.names;
    names.insert(names.begin(), NameEntry{target});
    set_names(q, std::move(names));
    q.from.insert(q.from.begin(), target);
    q.leaves.insert(q.leaves.begin(), target);
    return true;
}

// The row that an INSERT proposed. What the client did not send of it (defaults, what triggers made) is as
// protected as the table.
FromItem* Resolver::excluded_item(Query& q) {
    const FromItem& target = *q.modify->target;
    FromItem* item = new_item(FromItem::Kind::relation, q, nullptr);
    item->use = FromItem::Use::excluded;
    item->alias = "excluded";
    item->range_var = target.range_var;
    item->relation = target.relation;
    item->treatment = target.treatment;
    for (const Column& column : target.relation->columns) {
        item->columns.push_back(
            {.name = column.name, .attribute = &column, .shown = shown(item->treatment, column.number)});
    }
    return item;
}

const Column* Resolver::assigned_column(const Query& q, const ResTarget* target) {
    const Relation& relation = *q.modify->target->relation;
    const Column* column = relation.column(std::string_view(target->name));
    if (column == nullptr) {
        static_cast<void>(fail(Errc::undefined_column,
                               "column \"" + std::string(target->name) + "\" of relation \"" + relation.name +
                                   "\" does not exist",
                               {}, target->location));
    }
    return column;
}

}  // namespace sql::resolve
