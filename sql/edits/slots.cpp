#include "sql/edits/slots.hpp"

namespace sql::edits {
namespace {

using Visit = std::function<bool(Node**)>;

template <class T>
Node** slot_of(T*& field) {
    return reinterpret_cast<Node**>(&field);
}

void visit_select(SelectStmt* select, const Visit& visit) {
    for (List** list :
         {&select->distinctClause, &select->targetList, &select->fromClause, &select->groupClause,
          &select->windowClause, &select->valuesLists, &select->sortClause})
        visit_slots(slot_of(*list), visit);
    for (Node** one :
         {&select->whereClause, &select->havingClause, &select->limitOffset, &select->limitCount})
        visit_slots(one, visit);
    for (SelectStmt** arm : {&select->larg, &select->rarg})
        visit_slots(slot_of(*arm), visit);
    if (select->withClause != nullptr) visit_slots(slot_of(select->withClause->ctes), visit);
}

// FROM, and what else only a query holds.
void visit_query_part(Node* node, const Visit& visit) {
    switch (nodeTag(node)) {
        case T_SelectStmt: return visit_select(reinterpret_cast<SelectStmt*>(node), visit);
        case T_CommonTableExpr:
            return visit_slots(&reinterpret_cast<CommonTableExpr*>(node)->ctequery, visit);
        case T_RangeSubselect: return visit_slots(&reinterpret_cast<RangeSubselect*>(node)->subquery, visit);
        case T_RangeFunction:
            return visit_slots(slot_of(reinterpret_cast<RangeFunction*>(node)->functions), visit);
        case T_RangeTableSample: {
            auto* sample = reinterpret_cast<RangeTableSample*>(node);
            visit_slots(slot_of(sample->args), visit);
            return visit_slots(&sample->repeatable, visit);
        }
        case T_JoinExpr: {
            auto* join = reinterpret_cast<JoinExpr*>(node);
            visit_slots(&join->larg, visit);
            visit_slots(&join->rarg, visit);
            return visit_slots(&join->quals, visit);
        }
        case T_GroupingSet: return visit_slots(slot_of(reinterpret_cast<GroupingSet*>(node)->content), visit);
        case T_WindowDef: {
            auto* window = reinterpret_cast<WindowDef*>(node);
            visit_slots(slot_of(window->partitionClause), visit);
            visit_slots(slot_of(window->orderClause), visit);
            visit_slots(&window->startOffset, visit);
            return visit_slots(&window->endOffset, visit);
        }
        case T_MultiAssignRef: {
            // Its source stands in the tree once for each column, and is one: the first column's turn.
            auto* part = reinterpret_cast<MultiAssignRef*>(node);
            if (part->colno == 1) visit_slots(&part->source, visit);
            return;
        }
        default: return;  // names, types and constants hold no expressions
    }
}

void visit_call(FuncCall* call, const Visit& visit) {
    visit_slots(slot_of(call->args), visit);
    visit_slots(slot_of(call->agg_order), visit);
    visit_slots(&call->agg_filter, visit);
    visit_slots(slot_of(call->over), visit);
}

void visit_case(CaseExpr* expr, const Visit& visit) {
    visit_slots(slot_of(expr->arg), visit);
    visit_slots(slot_of(expr->args), visit);
    visit_slots(slot_of(expr->defresult), visit);
}

}  // namespace

void visit_slots(Node** slot, const Visit& visit) {
    Node* node = *slot;
    if (node == nullptr || visit(slot)) return;
    switch (nodeTag(node)) {
        case T_List: {
            ListCell* c = nullptr;
            foreach (c, reinterpret_cast<List*>(node))
                visit_slots(reinterpret_cast<Node**>(&c->ptr_value), visit);
            return;
        }
        case T_ResTarget: {
            auto* target = reinterpret_cast<ResTarget*>(node);
            visit_slots(slot_of(target->indirection), visit);
            return visit_slots(&target->val, visit);
        }
        case T_A_Expr:
            visit_slots(&reinterpret_cast<A_Expr*>(node)->lexpr, visit);
            return visit_slots(&reinterpret_cast<A_Expr*>(node)->rexpr, visit);
        case T_BoolExpr: return visit_slots(slot_of(reinterpret_cast<BoolExpr*>(node)->args), visit);
        case T_NullTest: return visit_slots(slot_of(reinterpret_cast<NullTest*>(node)->arg), visit);
        case T_BooleanTest: return visit_slots(slot_of(reinterpret_cast<BooleanTest*>(node)->arg), visit);
        case T_TypeCast: return visit_slots(&reinterpret_cast<TypeCast*>(node)->arg, visit);
        case T_CollateClause: return visit_slots(&reinterpret_cast<CollateClause*>(node)->arg, visit);
        case T_CaseExpr: return visit_case(reinterpret_cast<CaseExpr*>(node), visit);
        case T_CaseWhen:
            visit_slots(slot_of(reinterpret_cast<CaseWhen*>(node)->expr), visit);
            return visit_slots(slot_of(reinterpret_cast<CaseWhen*>(node)->result), visit);
        case T_CoalesceExpr: return visit_slots(slot_of(reinterpret_cast<CoalesceExpr*>(node)->args), visit);
        case T_MinMaxExpr: return visit_slots(slot_of(reinterpret_cast<MinMaxExpr*>(node)->args), visit);
        case T_A_ArrayExpr:
            return visit_slots(slot_of(reinterpret_cast<A_ArrayExpr*>(node)->elements), visit);
        case T_RowExpr: return visit_slots(slot_of(reinterpret_cast<RowExpr*>(node)->args), visit);
        case T_GroupingFunc: return visit_slots(slot_of(reinterpret_cast<GroupingFunc*>(node)->args), visit);
        case T_NamedArgExpr: return visit_slots(slot_of(reinterpret_cast<NamedArgExpr*>(node)->arg), visit);
        case T_A_Indirection:
            visit_slots(&reinterpret_cast<A_Indirection*>(node)->arg, visit);
            return visit_slots(slot_of(reinterpret_cast<A_Indirection*>(node)->indirection), visit);
        case T_A_Indices:
            visit_slots(&reinterpret_cast<A_Indices*>(node)->lidx, visit);
            return visit_slots(&reinterpret_cast<A_Indices*>(node)->uidx, visit);
        case T_FuncCall: return visit_call(reinterpret_cast<FuncCall*>(node), visit);
        case T_SubLink:
            visit_slots(&reinterpret_cast<SubLink*>(node)->testexpr, visit);
            return visit_slots(&reinterpret_cast<SubLink*>(node)->subselect, visit);
        case T_SortBy: return visit_slots(&reinterpret_cast<SortBy*>(node)->node, visit);
        default: return visit_query_part(node, visit);
    }
}

}  // namespace sql::edits
