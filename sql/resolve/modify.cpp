#include <algorithm>

#include "sql/resolve/resolver.hpp"

// INSERT, UPDATE, DELETE and MERGE. What they read is put into a SELECT of its own, so that FROM, conditions,
// RETURNING and the keys of counted people are those of any query. Names are bound in the order of
// PostgreSQL's analyze.c: FROM, WHERE, RETURNING, then what is assigned.
namespace sql::resolve {
namespace {

/// What SET (a, b) = may be followed by: parse_target.c takes no other rows apart.
bool may_be_joint(const Node* source) {
    return IsA(source, RowExpr) ||
           (IsA(source, SubLink) && reinterpret_cast<const SubLink*>(source)->subLinkType == EXPR_SUBLINK);
}

}  // namespace

Query* Resolver::open_modify(Node* statement, Query* parent, Query::Place place) {
    auto* reads = memory_.make<SelectStmt>(T_SelectStmt);
    Modify made{.node = statement};
    switch (nodeTag(statement)) {
        case T_InsertStmt:
            made.kind = Modify::Kind::insert;
            made.inserts = true;
            reads->withClause = reinterpret_cast<InsertStmt*>(statement)->withClause;
            reads->targetList = reinterpret_cast<InsertStmt*>(statement)->returningList;
            break;
        case T_UpdateStmt: {
            auto* update = reinterpret_cast<UpdateStmt*>(statement);
            made.kind = Modify::Kind::update;
            made.updates = true;
            reads->withClause = update->withClause;
            reads->targetList = update->returningList;
            reads->fromClause = update->fromClause;
            reads->whereClause = update->whereClause;
            break;
        }
        case T_DeleteStmt: {
            auto* remove = reinterpret_cast<DeleteStmt*>(statement);
            made.kind = Modify::Kind::delete_rows;
            made.deletes = true;
            reads->withClause = remove->withClause;
            reads->targetList = remove->returningList;
            reads->fromClause = remove->usingClause;
            reads->whereClause = remove->whereClause;
            break;
        }
        case T_MergeStmt: {
            auto* merge = reinterpret_cast<MergeStmt*>(statement);
            made.kind = Modify::Kind::merge;
            reads->withClause = merge->withClause;
            reads->fromClause = memory_.append(nullptr, merge->sourceRelation);
            reads->whereClause = merge->joinCondition;
            break;
        }
        default: static_cast<void>(unsupported("this statement")); return nullptr;
    }
    made.returns = reads->targetList != nullptr;
    Query* q = open_query(reads, parent, place);
    q->modify = &out_.modifies.emplace_back(std::move(made));
    q->modify->condition = &reads->whereClause;
    return q;
}

bool Resolver::modify(Query& q) {
    switch (q.modify->kind) {
        case Modify::Kind::insert: return insert(q) && check_through(q);
        case Modify::Kind::update: return update(q) && check_through(q);
        case Modify::Kind::delete_rows: return delete_rows(q);
        case Modify::Kind::merge: return merge(q) && check_through(q);
    }
    return unsupported("this statement");
}

bool Resolver::update(Query& q) {
    auto* statement = reinterpret_cast<UpdateStmt*>(q.modify->node);
    return modify_target(q, statement->relation) && from_clause(q) && add_target_name(q) &&
           modify_condition(q, &q.node->whereClause) && target_list(q) && assign(q, statement->targetList);
}

bool Resolver::delete_rows(Query& q) {
    auto* statement = reinterpret_cast<DeleteStmt*>(q.modify->node);
    return modify_target(q, statement->relation) && from_clause(q) && add_target_name(q) &&
           modify_condition(q, &q.node->whereClause) && target_list(q);
}

// Notes which operands of AND could tell of rows that the target's row filter hides: they are evaluated only
// behind it.
bool Resolver::modify_condition(Query& q, Node** slot) {
    q.modify->condition = slot;
    // The row at which a cursor of this session stands: the cursor showed it under the treatment.
    if (*slot != nullptr && IsA(*slot, CurrentOfExpr)) return true;
    const Where where{.query = &q, .condition = true};
    const bool quiet_before = out_.leak_safe;
    bool quiet = true;
    const auto operand = [&](Node** one) {
        out_.leak_safe = true;
        if (!condition(one, where)) return false;
        if (!out_.leak_safe) q.modify->loud.push_back(one);
        quiet = quiet && out_.leak_safe;
        return true;
    };
    bool done = true;
    if (*slot != nullptr && IsA(*slot, BoolExpr) && reinterpret_cast<BoolExpr*>(*slot)->boolop == AND_EXPR) {
        ListCell* c = nullptr;
        foreach (c, reinterpret_cast<BoolExpr*>(*slot)->args)
            done = done && operand(reinterpret_cast<Node**>(&c->ptr_value));
    } else {
        done = operand(slot);
    }
    out_.leak_safe = quiet_before && quiet;
    return done;
}

bool Resolver::assign(Query& q, List* targets) {
    const ListCell* c = nullptr;
    Node* joint = nullptr;
    foreach (c, targets) {
        auto* target = cell<ResTarget>(*c);
        Assignment assignment{.column = assigned_column(q, target),
                              .target = target,
                              .value = &target->val,
                              .is_part = target->indirection != nullptr};
        if (assignment.column == nullptr) return false;
        const ListCell* step = nullptr;
        foreach (step, target->indirection) {
            if (!IsA(cell<Node>(*step), A_Indices)) continue;
            auto* indices = cell<A_Indices>(*step);
            if (!expression(indices->lidx, {.query = &q}) || !expression(indices->uidx, {.query = &q}))
                return false;
        }
        if (IsA(target->val, MultiAssignRef)) {
            // Copies of a tree hold the joint source once for each column; it is one.
            auto* part = reinterpret_cast<MultiAssignRef*>(target->val);
            if (part->colno == 1) joint = part->source;
            part->source = joint;
            if (!may_be_joint(joint)) {
                return fail(
                    Errc::not_in_postgresql,
                    "source for a multiple-column UPDATE item must be a sub-SELECT or ROW() expression");
            }
            if (IsA(joint, RowExpr) && part->colno <= list_length(reinterpret_cast<RowExpr*>(joint)->args)) {
                assignment.row = reinterpret_cast<RowExpr*>(joint);
                ListCell* value = list_nth_cell(assignment.row->args, part->colno - 1);
                assignment.value = reinterpret_cast<Node**>(&value->ptr_value);
            } else {
                assignment.is_joint = true;
                assignment.value = &part->source;
                if (part->colno > 1) {
                    q.modify->assignments.push_back(assignment);
                    continue;
                }
            }
        }
        if (!assigned_value(q, assignment)) return false;
        q.modify->assignments.push_back(assignment);
    }
    return true;
}

bool Resolver::assigned_value(Query& q, Assignment& assignment) {
    Node* value = *assignment.value;
    assignment.is_default = IsA(value, SetToDefault);
    if (assignment.is_default) return true;
    if (IsA(value, ParamRef)) {
        use_parameter(reinterpret_cast<ParamRef*>(value), assignment.column->type);
        return true;
    }
    return expression(value, {.query = &q});
}

}  // namespace sql::resolve
