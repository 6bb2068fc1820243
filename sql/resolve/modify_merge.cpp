#include "sql/left_out_values.hpp"
#include "sql/resolve/resolver.hpp"

namespace sql::resolve {

bool Resolver::merge(Query& q) {
    auto* statement = reinterpret_cast<MergeStmt*>(q.modify->node);
    if (!modify_target(q, statement->relation) || !from_clause(q) || !add_target_name(q) ||
        !modify_condition(q, &q.node->whereClause))
        return false;
    const ListCell* c = nullptr;
    foreach (c, statement->mergeWhenClauses) {
        if (!merge_when(q, cell<MergeWhenClause>(*c))) return false;
    }
    return true;
}

// WHEN NOT MATCHED sees the source alone: there is no row of the target.
bool Resolver::merge_when(Query& q, MergeWhenClause* when) {
    const std::vector<NameEntry> all = q.names;
    if (!when->matched) set_names(q, {all.begin() + 1, all.end()});
    bool done = expression(when->condition, {.query = &q});
    switch (when->commandType) {
        case CMD_UPDATE:
            q.modify->updates = true;
            done = done && assign(q, when->targetList);
            break;
        case CMD_DELETE: q.modify->deletes = true; break;
        case CMD_INSERT: {
            q.modify->inserts = true;
            const Relation& relation = *q.modify->target->relation;
            const auto& columns = relation.columns;
            const List* rows = memory_.append(nullptr, when->values);
            ListCell* c = nullptr;
            foreach (c, when->values) {
                const int i = foreach_current_index(c);
                if (!done) break;
                Assignment assignment{.clause = Assignment::Clause::insert,
                                      .value = reinterpret_cast<Node**>(&c->ptr_value)};
                if (i < list_length(when->targetList)) {
                    assignment.target = static_cast<ResTarget*>(list_nth(when->targetList, i));
                    assignment.column = assigned_column(q, assignment.target);
                    assignment.is_part = assignment.target->indirection != nullptr;
                } else if (when->targetList == nullptr && static_cast<std::size_t>(i) < columns.size()) {
                    assignment.column = &columns[static_cast<std::size_t>(i)];
                } else {
                    done = fail(Errc::syntax_error, "INSERT has more expressions than target columns");
                    break;
                }
                done = assignment.column != nullptr && assigned_value(q, assignment);
                assignment.is_left_out = done && !assignment.is_part &&
                                         gives_no_more_than_default(rows, i, relation, *assignment.column);
                q.modify->assignments.push_back(assignment);
            }
            break;
        }
        case CMD_NOTHING: break;
        default: done = unsupported("this WHEN clause");
    }
    if (!when->matched) set_names(q, all);
    return done;
}

}  // namespace sql::resolve
