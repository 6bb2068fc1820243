// Statements that change rows. Part of Walk.

#include <algorithm>

#include "sql/left_out_values.hpp"
#include "sql/verify/pinned.hpp"
#include "sql/verify/target.hpp"
#include "sql/verify/walk.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::verify {
namespace {

/// A query that shows no columns.
bool is_without_columns(const SelectStmt* source) {
    while (source->op != SETOP_NONE)
        source = source->larg;
    return source->valuesLists == nullptr && source->targetList == nullptr;
}

bool sends_nothing(const SelectStmt* source) {
    if (source == nullptr || is_without_columns(source)) return true;
    if (source->valuesLists == nullptr) return false;
    const int width = list_length(static_cast<const List*>(linitial(source->valuesLists)));
    for (int i = 0; i < width; ++i) {
        if (!is_default_in_all(source->valuesLists, i)) return false;
    }
    return true;
}

/// INSERT (columns), or the first columns of the relation.
void note_columns(Target& target, const Relation& relation, const List* columns, int values) {
    for (int i = 0; i < list_length(columns); ++i) {
        const auto* named = static_cast<const ResTarget*>(list_nth(columns, i));
        if (const Column* column = relation.column(std::string_view(named->name))) target.names(*column);
    }
    for (std::size_t i = 0; columns == nullptr && i < relation.columns.size(); ++i) {
        if (values < 0 || i < static_cast<std::size_t>(values)) target.names(relation.columns[i]);
    }
}

void note_inserted(Target& target, const Relation& relation, const List* columns, const SelectStmt* source) {
    const bool values = source != nullptr && source->valuesLists != nullptr;
    note_columns(target, relation, columns,
                 values ? list_length(static_cast<const List*>(linitial(source->valuesLists)))
                 : sends_nothing(source) ? 0
                                         : -1);
}

/// Conditions that are evaluated whenever a row of `source` is: of VALUES, those around a value of the first
/// row.
std::vector<Node*> pinning_conditions(const SelectStmt* source) {
    while (source != nullptr && source->op != SETOP_NONE)
        source = source->larg;
    if (source == nullptr) return {};
    if (source->valuesLists == nullptr) return {source->whereClause};
    std::vector<Node*> conditions;
    const auto* row = static_cast<const List*>(linitial(source->valuesLists));
    for (int i = 0; i < list_length(row); ++i) {
        const auto* value = static_cast<const Node*>(list_nth(row, i));
        if (nodeTag(value) != T_CaseExpr) continue;
        const auto* choice = reinterpret_cast<const CaseExpr*>(value);
        if (choice->arg != nullptr) continue;
        conditions.push_back(
            reinterpret_cast<Node*>(static_cast<const CaseWhen*>(linitial(choice->args))->expr));
    }
    return conditions;
}

/// Conditions without which no row is changed: WHERE, and those of sub-selects in FROM that read nothing.
std::vector<Node*> joined_conditions(Node* where, const List* from) {
    std::vector<Node*> conditions{where};
    for (int i = 0; i < list_length(from); ++i) {
        auto* item = static_cast<Node*>(list_nth(from, i));
        if (nodeTag(item) != T_RangeSubselect) continue;
        const auto* inner =
            reinterpret_cast<const SelectStmt*>(reinterpret_cast<const RangeSubselect*>(item)->subquery);
        const bool only_asks = inner->fromClause == nullptr && inner->targetList == nullptr &&
                               inner->groupClause == nullptr && inner->havingClause == nullptr &&
                               inner->valuesLists == nullptr && inner->op == SETOP_NONE;
        if (only_asks) conditions.push_back(inner->whereClause);
    }
    return conditions;
}

}  // namespace

Result<void> Walk::modify(Node* statement, const Scope* outer) {
    // A stand-in does not show its columns, by which names are told apart here.
    if (stand_ins_ != nullptr) return defect("a stand-in in a statement that changes rows");
    switch (nodeTag(statement)) {
        case T_InsertStmt: return insert(reinterpret_cast<InsertStmt*>(statement), outer);
        case T_UpdateStmt: {
            auto* update = reinterpret_cast<UpdateStmt*>(statement);
            Scope scope{.outer = outer,
                        .conditions = joined_conditions(update->whereClause, update->fromClause)};
            if (auto done = with_clause(update->withClause, scope); !done) return done;
            auto changed = changed_relation(update->relation, false);
            if (!changed) return changed.error();
            Target target = target_of(update->relation, **changed);
            Level level;
            add_ctes(update->withClause, catalog_, level);
            add_from(update->fromClause, catalog_, level);
            if (auto done = items(update->fromClause, scope); !done) return done;
            if (auto done = condition(target, update->whereClause, level, scope); !done) return done;
            if (auto done = assignments(target, **changed, update->targetList, level, scope); !done)
                return done;
            if (auto done = returned(target, update->returningList, level, scope); !done) return done;
            return held(target, **changed, scope.conditions);
        }
        case T_DeleteStmt: {
            auto* remove = reinterpret_cast<DeleteStmt*>(statement);
            Scope scope{.outer = outer,
                        .conditions = joined_conditions(remove->whereClause, remove->usingClause)};
            if (auto done = with_clause(remove->withClause, scope); !done) return done;
            auto changed = changed_relation(remove->relation, true);
            if (!changed) return changed.error();
            Target target = target_of(remove->relation, **changed);
            Level level;
            add_ctes(remove->withClause, catalog_, level);
            add_from(remove->usingClause, catalog_, level);
            if (auto done = items(remove->usingClause, scope); !done) return done;
            if (auto done = condition(target, remove->whereClause, level, scope); !done) return done;
            if (auto done = returned(target, remove->returningList, level, scope); !done) return done;
            return held(target, **changed, scope.conditions);
        }
        case T_MergeStmt: return merge(reinterpret_cast<MergeStmt*>(statement), outer);
        default: return defect("a statement that is not known");
    }
}

Result<void> Walk::insert(InsertStmt* insert, const Scope* outer) {
    Scope scope{outer};
    if (auto done = with_clause(insert->withClause, scope); !done) return done;
    auto changed = changed_relation(insert->relation, false);
    if (!changed) return changed.error();
    Target target = target_of(insert->relation, **changed);
    if (insert->selectStmt != nullptr) {
        auto* source = reinterpret_cast<SelectStmt*>(insert->selectStmt);
        if (auto done = inserted(**changed, insert->cols, source); !done) return done;
        if (auto done = select(source, &scope); !done) return done;
    }
    const Level level;
    if (const OnConflictClause* clause = insert->onConflictClause; clause != nullptr) {
        if (clause->infer != nullptr) {
            // The names of an index; no row is read.
            for (int i = 0; i < list_length(clause->infer->indexElems); ++i) {
                const auto* element = static_cast<IndexElem*>(list_nth(clause->infer->indexElems, i));
                if (auto done = node(element->expr, scope); !done) return done;
            }
            if (auto done = node(clause->infer->whereClause, scope); !done) return done;
        }
        if (clause->action == ONCONFLICT_UPDATE) {
            const Through* view = through(**changed);
            if (view != nullptr && view->changed.chooses)
                return defect("a row that a view does not show could be changed");
            target.proposes_rows();
            if (auto done = assignments(target, **changed, clause->targetList, level, scope); !done)
                return done;
            if (auto done = condition(target, clause->whereClause, level, scope); !done) return done;
        }
    }
    Target inserted_row = target_of(insert->relation, **changed);
    if (auto done = returned(inserted_row, insert->returningList, level, scope); !done) return done;
    auto* source = reinterpret_cast<SelectStmt*>(insert->selectStmt);
    const bool reads_rows =
        insert->onConflictClause != nullptr && insert->onConflictClause->action == ONCONFLICT_UPDATE;
    if (!reads_rows && sends_nothing(source)) return {};
    for (const Column* column : inserted_row.named())
        target.names(*column);
    note_inserted(target, **changed, insert->cols, source);
    return held(target, **changed, pinning_conditions(source));
}

Result<void> Walk::merge(MergeStmt* merge, const Scope* outer) {
    Scope scope{.outer = outer, .conditions = {merge->joinCondition}};
    if (auto done = with_clause(merge->withClause, scope); !done) return done;
    auto changed = changed_relation(merge->relation, false);
    if (!changed) return changed.error();
    if (through(**changed) != nullptr) return defect("MERGE into a view over protected relations");
    Target target = target_of(merge->relation, **changed);
    Level level;
    add_ctes(merge->withClause, catalog_, level);
    List* source = memory_.append(nullptr, merge->sourceRelation);
    add_from(source, catalog_, level);
    if (auto done = items(source, scope); !done) return done;
    if (auto done = condition(target, merge->joinCondition, level, scope); !done) return done;
    for (int i = 0; i < list_length(merge->mergeWhenClauses); ++i) {
        auto* when = static_cast<MergeWhenClause*>(list_nth(merge->mergeWhenClauses, i));
        if (auto done = node(when->condition, scope); !done) return done;
        if (auto done = target.expression(when->condition, level); !done) return done;
        switch (when->commandType) {
            case CMD_UPDATE:
                if (auto done = assignments(target, **changed, when->targetList, level, scope); !done)
                    return done;
                break;
            case CMD_DELETE:
                if (auto allowed = changed_relation(merge->relation, true); !allowed) return allowed.error();
                break;
            case CMD_INSERT: {
                note_columns(target, **changed, when->targetList, list_length(when->values));
                auto* row = memory_.make<SelectStmt>(T_SelectStmt);
                row->valuesLists = memory_.append(nullptr, when->values);
                if (auto done = inserted(**changed, when->targetList, row); !done) return done;
                if (auto done = items(when->values, scope); !done) return done;
                if (auto done = target.expression(reinterpret_cast<Node*>(when->values), level); !done)
                    return done;
                break;
            }
            case CMD_NOTHING: break;
            default: return defect("a WHEN clause that is not known");
        }
    }
    return held(target, **changed, scope.conditions);
}

// The relation is named with its schema, the treatment lets it be changed, and nothing stands behind it.
Result<const Relation*> Walk::changed_relation(const RangeVar* name, bool deletes) {
    const std::string shown = name->relname;
    const Relation* found =
        name->schemaname == nullptr || name->catalogname != nullptr ? nullptr : named(name);
    if (found == nullptr) return defect("the relation \"" + shown + "\" is not known");
    const auto table = table_changed_by(*found);
    if (!table) return table.error();
    const auto allowed = std::ranges::find(treatment_.writes, *table, &WriteTreatment::relation);
    if (allowed == treatment_.writes.end() || (deletes && !allowed->deletes))
        return defect("the relation \"" + shown + "\" may not be changed so");
    if (treatment_.aggregates_only && treatment_of(*table) != nullptr)
        return defect("a role that sees only aggregates changes rows of \"" + shown + "\"");
    if (found->has_rules) return defect("the relation \"" + shown + "\" has rules");
    return found;
}

// A view over treated relations is changed as its table, under a treatment that is found out here again.
Result<Oid> Walk::table_changed_by(const Relation& relation) {
    if (relation.kind != RelationKind::view || !reads_treated(relation)) return relation.oid;
    if (const Through* known = through(relation)) return known->changed.table->oid;
    const auto refused = [&](const std::string& reason) {
        return defect("the view \"" + relation.name + "\" over protected relations is changed: " + reason);
    };
    auto changed = resolve::changed_view(catalog_, memory_, relation);
    if (!changed) return refused(changed.error().message);
    const RelationTreatment* of_table = treatment_of(changed->table->oid);
    if (of_table == nullptr) return refused("it does not show one of them");
    auto treatment = resolve::treatment_through(*changed, *of_table, treatment_);
    if (!treatment) return refused(treatment.error().message);
    const Oid table = changed->table->oid;
    changed_views_.emplace(&relation, Through{std::move(*changed), std::move(*treatment)});
    return table;
}

const Walk::Through* Walk::through(const Relation& relation) const {
    const auto found = changed_views_.find(&relation);
    return found == changed_views_.end() ? nullptr : &found->second;
}

Target Walk::target_of(const RangeVar* name, const Relation& relation) {
    const Through* view = through(relation);
    return {memory_,
            catalog_,
            relation,
            view != nullptr ? &view->treatment : treatment_of(relation.oid),
            treatment_,
            name->alias != nullptr ? name->alias->aliasname : name->relname,
            view != nullptr ? &view->changed : nullptr};
}

Result<void> Walk::may_change(const Relation& relation, const char* column) const {
    const Through* view = through(relation);
    const Oid table = view != nullptr ? view->changed.table->oid : relation.oid;
    const auto allowed = std::ranges::find(treatment_.writes, table, &WriteTreatment::relation);
    const Column* found = relation.column(std::string_view(column));
    if (view != nullptr && found != nullptr) found = view->changed.of_table(*found);
    const bool listed =
        allowed != treatment_.writes.end() && found != nullptr &&
        (relation.temporary() ? allowed->temporary
                              : std::ranges::find(allowed->columns, found->number) != allowed->columns.end());
    if (!listed)
        return defect("column \"" + std::string(column) + "\" of \"" + relation.name +
                      "\" may not be changed");
    return {};
}

Result<void> Walk::inserted(const Relation& relation, const List* columns, const SelectStmt* source) const {
    if (is_without_columns(source)) return {};
    const int width = source->valuesLists == nullptr
                          ? 0
                          : list_length(static_cast<const List*>(linitial(source->valuesLists)));
    // What a SELECT shows is not counted here: without names, every column must be allowed.
    const int named = list_length(columns);
    const bool unknown = named == 0 && source->valuesLists == nullptr;
    const int count = named > 0 ? named : unknown ? static_cast<int>(relation.columns.size()) : width;
    for (int i = 0; i < count; ++i) {
        if (named == 0 && static_cast<std::size_t>(i) >= relation.columns.size())
            return defect("more values than columns");
        const char* name = named > 0 ? static_cast<const ResTarget*>(list_nth(columns, i))->name
                                     : relation.columns[static_cast<std::size_t>(i)].name.c_str();
        const bool is_part =
            named > 0 && static_cast<const ResTarget*>(list_nth(columns, i))->indirection != nullptr;
        const Column* column = relation.column(std::string_view(name));
        if (!is_part && column != nullptr &&
            gives_no_more_than_default(source->valuesLists, i, relation, *column))
            continue;
        if (auto done = may_change(relation, name); !done) return done;
    }
    return {};
}

Result<void> Walk::items(List* list, const Scope& scope) {
    return list == nullptr ? Result<void>() : node(reinterpret_cast<Node*>(list), scope);
}

Result<void> Walk::condition(Target& target, Node* condition, const Level& level, const Scope& scope) {
    auto operands = target.behind_filter(condition);
    if (!operands) return operands.error();
    for (Node* operand : *operands) {
        if (auto done = node(operand, scope); !done) return done;
        if (auto done = target.condition(operand, level); !done) return done;
    }
    return {};
}

Result<void> Walk::assignments(Target& target, const Relation& relation, List* set, const Level& level,
                               const Scope& scope) {
    for (int i = 0; i < list_length(set); ++i) {
        auto* one = static_cast<ResTarget*>(list_nth(set, i));
        if (auto done = may_change(relation, one->name); !done) return done;
        target.names(*relation.column(std::string_view(one->name)));
        if (auto done = node(reinterpret_cast<Node*>(one), scope); !done) return done;
        if (auto done = target.assigned(one, level); !done) return done;
    }
    return {};
}

Result<void> Walk::returned(Target& target, List* returning, const Level& level, const Scope& scope) {
    for (int i = 0; i < list_length(returning); ++i) {
        auto* one = static_cast<ResTarget*>(list_nth(returning, i));
        if (auto done = node(reinterpret_cast<Node*>(one), scope); !done) return done;
        if (auto done = target.returned(one, level); !done) return done;
    }
    return {};
}

// Each column that is named still has its number and name when the statement runs; of a relation of which
// nothing is hidden, its own name.
Result<void> Walk::held(const Target& target, const Relation& relation,
                        const std::vector<Node*>& conditions) {
    if (!runs_) return {};
    std::set<const Column*> columns;
    bool named = false;
    for (Node* condition : conditions) {
        for (const PinnedName& pin : pins_among(memory_, catalog_, condition)) {
            if (pin.relation != &relation) continue;
            named = true;
            columns.insert(pin.column);
        }
    }
    const bool treated = treatment_of(relation.oid) != nullptr || through(relation) != nullptr;
    if (!named || (treated && !std::ranges::includes(columns, target.named())))
        return defect("the names of \"" + relation.name + "\" are not held to the catalog");
    return {};
}

}  // namespace sql::verify
