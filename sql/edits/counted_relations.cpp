#include "sql/edits/counted_relations.hpp"

#include <algorithm>

#include "sql/resolve/levels.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {

bool CountedRelations::contains(const FromItem& item) const {
    if (item.use == FromItem::Use::excluded || inserts_only(item)) return false;
    return has_subjects(item);
}

bool CountedRelations::read_by(const Query& query) const {
    std::set<const Query*> seen;
    return read_by(query, seen);
}

bool CountedRelations::read_by(const Query& query, std::set<const Query*>& seen) const {
    if (!seen.insert(&query).second) return false;
    return std::ranges::any_of(text_.items, [&](const FromItem& item) {
        if (!resolve::is_inside(item.level, query)) return false;
        // A WITH query that is read from here may stand further out.
        if (item.kind == FromItem::Kind::cte) return read_by(*item.query, seen);
        return contains(item) || item.kind == FromItem::Kind::view;
    });
}

bool sees_through(const Relation& table, const RelationTreatment& treated, AttributeNumber number) {
    const auto is_open = [&](AttributeNumber one) {
        const auto shown = treated.columns.find(one);
        return shown != treated.columns.end() && std::holds_alternative<Open>(shown->second);
    };
    const Column* column = table.column(number);
    return is_open(number) || (column != nullptr && !column->generated_from.empty() &&
                               std::ranges::all_of(column->generated_from, is_open));
}

// Whoever inserts a row knows what he sent. Rows that were there before show only through ON CONFLICT.
bool CountedRelations::inserts_only(const FromItem& item) const {
    if (item.use != FromItem::Use::target) return false;
    const auto modify = std::ranges::find(text_.modifies, &item, &resolve::Modify::target);
    return modify != text_.modifies.end() && modify->kind == resolve::Modify::Kind::insert &&
           !modify->on_conflict && compared_values(*modify) == 0;
}

bool CountedRelations::may_be_changed(const FromItem& item) const {
    if (item.kind != FromItem::Kind::relation) return treatment_.writes_rows;
    return item.relation->temporary() ||
           std::ranges::find(treatment_.changeable, item.relation->oid) != treatment_.changeable.end();
}

// A unique index or a foreign key tells of each written value whether another row has it: that is a search.
bool CountedRelations::is_compared(const resolve::Modify& modify,
                                   const resolve::Assignment& assignment) const {
    const FromItem& target = *modify.target;
    if (target.treatment == nullptr) return false;
    const Relation& table = modify.through ? *modify.through->table : *target.relation;
    const Column* column = modify.through ? modify.through->of_table(*assignment.column) : assignment.column;
    if (assignment.is_default || column == nullptr) return false;
    // What is generated is no column of a view that shows the others.
    const auto is_open = [&](AttributeNumber number) {
        if (!modify.through) return sees_through(table, *target.treatment, number);
        return number == column->number &&
               sees_through(*target.relation, *target.treatment, assignment.column->number);
    };
    return !std::ranges::all_of(table.compared_with(column->number), is_open);
}

int CountedRelations::compared_values(const resolve::Modify& modify) const {
    int values = 0;
    for (const resolve::Assignment& assignment : modify.assignments) {
        if (!is_compared(modify, assignment)) continue;
        // What INSERT proposes, and what ON CONFLICT makes of each row of it.
        const bool rows =
            modify.source != nullptr && modify.source->kind == Query::Kind::values &&
            (assignment.value == nullptr || assignment.clause == resolve::Assignment::Clause::update);
        values += rows ? list_length(modify.source->node->valuesLists) : 1;
    }
    return values;
}

bool CountedRelations::has_subjects(const FromItem& item) const { return !subjects_of(item).empty(); }

std::set<std::string> CountedRelations::subjects_of(const FromItem& item) const {
    return counted_subjects(treatment_, item.treatment);
}

}  // namespace sql::edits
