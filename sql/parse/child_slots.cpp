#include "sql/parse/child_slots.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::parse {
namespace {

/// Fields of any pointer type to a node.
template <class... Fields>
void add(std::vector<Node**>& slots, Fields*&... fields) {
    (slots.push_back(reinterpret_cast<Node**>(&fields)), ...);
}

void add_cells(std::vector<Node**>& slots, List* list) {
    ListCell* c = nullptr;
    foreach (c, list)
        slots.push_back(reinterpret_cast<Node**>(&c->ptr_value));
}

template <class... Lists>
void add_lists(std::vector<Node**>& slots, Lists*... lists) {
    (add_cells(slots, lists), ...);
}

void add_select(std::vector<Node**>& slots, SelectStmt* select) {
    add_lists(slots, select->distinctClause, select->targetList, select->fromClause, select->groupClause,
              select->windowClause, select->valuesLists, select->sortClause);
    add(slots, select->whereClause, select->havingClause, select->limitOffset, select->limitCount,
        select->withClause, select->larg, select->rarg);
}

// Statements, their clauses and items of FROM; false for all else.
bool add_clause(std::vector<Node**>& slots, Node* node) {
    switch (nodeTag(node)) {
        case T_SelectStmt: add_select(slots, reinterpret_cast<SelectStmt*>(node)); return true;
        case T_WithClause: add_lists(slots, reinterpret_cast<WithClause*>(node)->ctes); return true;
        case T_CommonTableExpr: add(slots, reinterpret_cast<CommonTableExpr*>(node)->ctequery); return true;
        case T_RangeSubselect: add(slots, reinterpret_cast<RangeSubselect*>(node)->subquery); return true;
        case T_RangeFunction:
            add_lists(slots, reinterpret_cast<RangeFunction*>(node)->functions);
            return true;
        case T_RangeTableSample:
            add_lists(slots, reinterpret_cast<RangeTableSample*>(node)->args);
            add(slots, reinterpret_cast<RangeTableSample*>(node)->repeatable);
            return true;
        case T_RangeTableFunc: {
            auto* table = reinterpret_cast<RangeTableFunc*>(node);
            add(slots, table->docexpr, table->rowexpr);
            add_lists(slots, table->namespaces, table->columns);
            return true;
        }
        case T_RangeTableFuncCol: {
            auto* column = reinterpret_cast<RangeTableFuncCol*>(node);
            add(slots, column->colexpr, column->coldefexpr);
            return true;
        }
        case T_JoinExpr: {
            auto* join = reinterpret_cast<JoinExpr*>(node);
            add(slots, join->larg, join->rarg, join->quals);
            return true;
        }
        case T_ResTarget:
            add(slots, reinterpret_cast<ResTarget*>(node)->val);
            add_lists(slots, reinterpret_cast<ResTarget*>(node)->indirection);
            return true;
        case T_MultiAssignRef: add(slots, reinterpret_cast<MultiAssignRef*>(node)->source); return true;
        case T_SortBy: add(slots, reinterpret_cast<SortBy*>(node)->node); return true;
        case T_GroupingSet: add_lists(slots, reinterpret_cast<GroupingSet*>(node)->content); return true;
        case T_WindowDef: {
            auto* window = reinterpret_cast<WindowDef*>(node);
            add_lists(slots, window->partitionClause, window->orderClause);
            add(slots, window->startOffset, window->endOffset);
            return true;
        }
        default: return false;  // an expression, or nothing with children
    }
}

void add_expression(std::vector<Node**>& slots, Node* node) {
    switch (nodeTag(node)) {
        case T_List: add_lists(slots, reinterpret_cast<List*>(node)); return;
        case T_BoolExpr: add_lists(slots, reinterpret_cast<BoolExpr*>(node)->args); return;
        case T_CoalesceExpr: add_lists(slots, reinterpret_cast<CoalesceExpr*>(node)->args); return;
        case T_MinMaxExpr: add_lists(slots, reinterpret_cast<MinMaxExpr*>(node)->args); return;
        case T_A_ArrayExpr: add_lists(slots, reinterpret_cast<A_ArrayExpr*>(node)->elements); return;
        case T_RowExpr: add_lists(slots, reinterpret_cast<RowExpr*>(node)->args); return;
        case T_GroupingFunc: add_lists(slots, reinterpret_cast<GroupingFunc*>(node)->args); return;
        case T_XmlExpr:
            add_lists(slots, reinterpret_cast<XmlExpr*>(node)->named_args,
                      reinterpret_cast<XmlExpr*>(node)->args);
            return;
        case T_XmlSerialize: add(slots, reinterpret_cast<XmlSerialize*>(node)->expr); return;
        case T_NullTest: add(slots, reinterpret_cast<NullTest*>(node)->arg); return;
        case T_BooleanTest: add(slots, reinterpret_cast<BooleanTest*>(node)->arg); return;
        case T_NamedArgExpr: add(slots, reinterpret_cast<NamedArgExpr*>(node)->arg); return;
        case T_CollateClause: add(slots, reinterpret_cast<CollateClause*>(node)->arg); return;
        case T_TypeCast: add(slots, reinterpret_cast<TypeCast*>(node)->arg); return;
        case T_A_Expr:
            add(slots, reinterpret_cast<A_Expr*>(node)->lexpr, reinterpret_cast<A_Expr*>(node)->rexpr);
            return;
        case T_A_Indices:
            add(slots, reinterpret_cast<A_Indices*>(node)->lidx, reinterpret_cast<A_Indices*>(node)->uidx);
            return;
        case T_A_Indirection:
            add(slots, reinterpret_cast<A_Indirection*>(node)->arg);
            add_lists(slots, reinterpret_cast<A_Indirection*>(node)->indirection);
            return;
        case T_SubLink:
            add(slots, reinterpret_cast<SubLink*>(node)->testexpr,
                reinterpret_cast<SubLink*>(node)->subselect);
            return;
        case T_CaseExpr:
            add(slots, reinterpret_cast<CaseExpr*>(node)->arg, reinterpret_cast<CaseExpr*>(node)->defresult);
            add_lists(slots, reinterpret_cast<CaseExpr*>(node)->args);
            return;
        case T_CaseWhen:
            add(slots, reinterpret_cast<CaseWhen*>(node)->expr, reinterpret_cast<CaseWhen*>(node)->result);
            return;
        case T_FuncCall: {
            auto* call = reinterpret_cast<FuncCall*>(node);
            add_lists(slots, call->args, call->agg_order);
            add(slots, call->agg_filter, call->over);
            return;
        }
        default: return;  // no children, or none that is known
    }
}

}  // namespace

void collect_child_slots(Node* node, std::vector<Node**>& slots) {
    if (!add_clause(slots, node)) add_expression(slots, node);
}

}  // namespace sql::parse
