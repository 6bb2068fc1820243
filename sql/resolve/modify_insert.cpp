#include <algorithm>

#include "sql/left_out_values.hpp"
#include "sql/resolve/resolver.hpp"

namespace sql::resolve {

bool Resolver::insert(Query& q) {
    auto* statement = reinterpret_cast<InsertStmt*>(q.modify->node);
    if (!modify_target(q, statement->relation)) return false;
    if (statement->selectStmt != nullptr) {
        auto* source = reinterpret_cast<SelectStmt*>(statement->selectStmt);
        q.modify->source = open_query(source, &q, Query::Place::from);
        q.modify->source->inserted = true;
        if (!query(*q.modify->source) || !insert_columns(q, statement->cols, source->valuesLists))
            return false;
    }
    return add_target_name(q) &&
           (statement->onConflictClause == nullptr || on_conflict(q, statement->onConflictClause)) &&
           target_list(q);
}

bool Resolver::shows_by_star() const {
    return std::ranges::any_of(out_.queries, [](const Query& query) { return !query.stars.empty(); });
}

bool Resolver::insert_columns(Query& q, List* columns, List* rows) {
    const Query& source = *q.modify->source;
    const Relation& relation = *q.modify->target->relation;
    const int named = list_length(columns);
    const int all = named > 0 ? named : static_cast<int>(relation.columns.size());
    const int given = source.open_ended ? all : static_cast<int>(source.outputs.size());
    // How many columns a * shows is not known for facts: a treatment may strip some.
    const bool counted = in_.treatment != nullptr || !shows_by_star();
    if (counted && given > all)
        return fail(Errc::syntax_error, "INSERT has more expressions than target columns");
    if (counted && named > given)
        return fail(Errc::syntax_error, "INSERT has more target columns than expressions");
    for (int i = 0; i < std::min(given, all); ++i) {
        Assignment assignment{.clause = Assignment::Clause::insert, .output = i};
        if (named > 0) {
            assignment.target = static_cast<ResTarget*>(list_nth(columns, i));
            assignment.column = assigned_column(q, assignment.target);
            assignment.is_part = assignment.target->indirection != nullptr;
            if (assignment.column == nullptr) return false;
        } else {
            assignment.column = &relation.columns[static_cast<std::size_t>(i)];
        }
        assignment.is_default = is_default_in_all(rows, i);
        assignment.is_left_out =
            assignment.is_default ||
            (!assignment.is_part && gives_no_more_than_default(rows, i, relation, *assignment.column));
        q.modify->assignments.push_back(assignment);
    }
    return true;
}

bool Resolver::on_conflict(Query& q, OnConflictClause* clause) {
    q.modify->on_conflict = true;
    q.modify->skips_rows = clause->action == ONCONFLICT_NOTHING || clause->whereClause != nullptr;
    if (clause->infer != nullptr && !conflict_target(q, clause->infer)) return false;
    if (clause->action != ONCONFLICT_UPDATE) return true;
    q.modify->updates = true;
    q.modify->excluded = excluded_item(q);
    const std::vector<NameEntry> outside = q.names;
    std::vector<NameEntry> names = outside;
    names.push_back({q.modify->excluded});
    set_names(q, std::move(names));
    const bool done = assign(q, clause->targetList) && modify_condition(q, &clause->whereClause);
    set_names(q, outside);
    return done;
}

// Names an index by its columns and expressions; no row is read.
bool Resolver::conflict_target(Query& q, InferClause* infer) {
    const auto before = static_cast<std::ptrdiff_t>(q.references.size());
    const ListCell* c = nullptr;
    foreach (c, infer->indexElems) {
        auto* element = cell<IndexElem>(*c);
        if (element->opclass != nullptr)
            return unsupported("an operator class in ON CONFLICT", infer->location);
        const bool collated = element->collation != nullptr;
        if ((collated && !collation_name(element->collation, infer->location)) ||
            !expression(element->expr, {.query = &q}))
            return false;
        if (element->name == nullptr) continue;
        const Column* column = q.modify->target->relation->column(std::string_view(element->name));
        if (column == nullptr) {
            return fail(Errc::undefined_column,
                        "column \"" + std::string(element->name) + "\" does not exist", {}, infer->location);
        }
        q.modify->conflict_columns.push_back(column);
    }
    if (!expression(infer->whereClause, {.query = &q})) return false;
    for (auto reference = q.references.begin() + before; reference != q.references.end(); ++reference) {
        q.modify->raw.insert(reference->node);
        if (reference->column < 0) continue;
        q.modify->conflict_columns.push_back(
            reference->item->columns[static_cast<std::size_t>(reference->column)].attribute);
    }
    return true;
}

}  // namespace sql::resolve
