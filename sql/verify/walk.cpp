#include "sql/verify/walk.hpp"

#include <algorithm>

#include "sql/functions.hpp"
#include "sql/parse/carried.hpp"
#include "sql/parse/explain_options.hpp"
#include "sql/pins.hpp"
#include "sql/verify/expressions.hpp"
#include "sql/verify/groups.hpp"
#include "sql/verify/masked_select.hpp"
#include "sql/verify/no_rows.hpp"
#include "sql/verify/person_table.hpp"
#include "sql/verify/pinned.hpp"
#include "sql/verify/stand_ins.hpp"
#include "sql/verify/wrappers.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::verify {
namespace {

// Nodes that can stand in a SELECT and that name relations only through RangeVars among their children.
// Whatever is not listed is refused: INTO, and what newer grammars bring.
bool is_known(const Node* node) {
    switch (nodeTag(node)) {
        case T_List:
        case T_Integer:
        case T_Float:
        case T_Boolean:
        case T_String:
        case T_BitString:
        case T_A_Star:
        case T_A_Const:
        case T_A_Expr:
        case T_A_Indices:
        case T_A_Indirection:
        case T_A_ArrayExpr:
        case T_Alias:
        case T_BoolExpr:
        case T_BooleanTest:
        case T_CaseExpr:
        case T_CaseWhen:
        case T_CoalesceExpr:
        case T_CollateClause:
        case T_ColumnDef:
        case T_ColumnRef:
        case T_CurrentOfExpr:
        case T_FuncCall:
        case T_GroupingFunc:
        case T_GroupingSet:
        case T_JoinExpr:
        case T_MinMaxExpr:
        case T_MultiAssignRef:
        case T_NamedArgExpr:
        case T_NullTest:
        case T_ParamRef:
        case T_RangeFunction:
        case T_RangeSubselect:
        case T_RangeTableFunc:
        case T_RangeTableFuncCol:
        case T_RangeTableSample:
        case T_ResTarget:
        case T_RowExpr:
        case T_SetToDefault:
        case T_SortBy:
        case T_SQLValueFunction:
        case T_SubLink:
        case T_TypeCast:
        case T_TypeName:
        case T_WindowDef:
        case T_XmlExpr:
        case T_XmlSerialize: return true;
        default: return false;  // unknown means no
    }
}

bool tells_size(const FuncCall* call) {
    const List* name = call->funcname;
    const bool built_in = list_length(name) == 1 || std::string_view(strVal(linitial(name))) == "pg_catalog";
    return built_in && danger_of_function("pg_catalog", strVal(llast(name))) == Danger::sizes;
}

}  // namespace

bool Scope::has(std::string_view name) const {
    for (const Scope* scope = this; scope != nullptr; scope = scope->outer) {
        if (scope->ctes.contains(name)) return true;
    }
    return false;
}

Result<void> Walk::whole(Node* statement) {
    if (auto done = this->statement(statement); !done) return done;
    if (treatment_.aggregates_only && !ungrouped_.empty() && !no_rows_)
        return defect("rows are shown to a role that sees only aggregates");
    return {};
}

bool Walk::is_masked(SelectStmt* select, Oid relation) {
    const RangeVar* name = read_relation(select);
    if (name == nullptr || name->schemaname == nullptr || select->intoClause != nullptr ||
        nodeTag(linitial(select->fromClause)) != T_RangeVar)
        return false;
    const Relation* found = catalog_.relation(name->schemaname, name->relname);
    const RelationTreatment* treated = treatment_of(relation);
    return found != nullptr && found->oid == relation && treated != nullptr &&
           check_masked_select(memory_, catalog_, *found, *treated, treatment_, select, runs_).has_value();
}

Result<void> Walk::statement(Node* statement) {
    switch (nodeTag(statement)) {
        case T_SelectStmt:
            no_rows_ = shows_no_rows(reinterpret_cast<SelectStmt*>(statement));
            return select(reinterpret_cast<SelectStmt*>(statement), nullptr);
        case T_InsertStmt:
        case T_UpdateStmt:
        case T_DeleteStmt:
        case T_MergeStmt: return modify(statement, nullptr);
        case T_TransactionStmt:
        case T_VariableSetStmt:
        case T_VariableShowStmt:
        case T_DiscardStmt:
        case T_DeallocateStmt:
        case T_ClosePortalStmt:
        case T_ListenStmt:
        case T_UnlistenStmt:
        case T_NotifyStmt: return {};  // no relation can be named in them
        case T_ConstraintsSetStmt:
            if (reinterpret_cast<ConstraintsSetStmt*>(statement)->constraints == nullptr) return {};
            return defect("SET CONSTRAINTS with names");
        case T_LockStmt: return locked(reinterpret_cast<LockStmt*>(statement)->relations);
        case T_CallStmt: return call(reinterpret_cast<CallStmt*>(statement));
        case T_FetchStmt:
            if (reinterpret_cast<FetchStmt*>(statement)->ismove && !treatment_.counted.empty())
                return defect("MOVE that counts nobody");
            return {};
        case T_ExecuteStmt: return expressions(reinterpret_cast<ExecuteStmt*>(statement)->params);
        case T_CopyStmt:
            if (!reinterpret_cast<CopyStmt*>(statement)->is_from) break;
            return copy_from(reinterpret_cast<CopyStmt*>(statement));
        case T_CreateStmt: return create(reinterpret_cast<CreateStmt*>(statement));
        case T_CreateTableAsStmt: return create_as(reinterpret_cast<CreateTableAsStmt*>(statement));
        case T_IndexStmt: return index(reinterpret_cast<IndexStmt*>(statement));
        case T_VacuumStmt: return analyze(reinterpret_cast<VacuumStmt*>(statement));
        case T_DropStmt: return drop(reinterpret_cast<DropStmt*>(statement));
        case T_TruncateStmt: return truncate(reinterpret_cast<TruncateStmt*>(statement));
        case T_AlterTableStmt: return alter(reinterpret_cast<AlterTableStmt*>(statement));
        case T_RenameStmt: return rename(reinterpret_cast<RenameStmt*>(statement));
        default: break;  // wrappers; what is none is refused
    }
    if (auto done = check_wrapper(statement, treatment_); !done) return done;
    if (parse::only_explains(statement)) runs_ = false;
    return this->statement(parse::carried_by(statement));
}

// Outside of any query: nothing is in scope.
Result<void> Walk::expressions(List* list) {
    for (int i = 0; i < list_length(list); ++i) {
        if (auto done = node(static_cast<Node*>(list_nth(list, i)), Scope{}); !done) return done;
    }
    return {};
}

// Reading nothing, a lock may name a protected relation; but only by its schema.
Result<void> Walk::locked(List* relations) {
    for (int i = 0; i < list_length(relations); ++i) {
        const auto* name = static_cast<RangeVar*>(list_nth(relations, i));
        if (name->schemaname == nullptr || name->catalogname != nullptr || named(name) == nullptr)
            return defect("LOCK of a relation that is not named with its schema");
    }
    return {};
}

Result<void> Walk::call(CallStmt* call) {
    if (list_length(call->funccall->funcname) != 2) return defect("CALL of a procedure without its schema");
    return node(reinterpret_cast<Node*>(call->funccall), Scope{});
}

Result<void> Walk::select(SelectStmt* select, const Scope* outer, bool in_from) {
    Scope scope{.outer = outer, .conditions = {select->whereClause}, .in_from = in_from};
    if (select->intoClause != nullptr) return defect("SELECT INTO");
    if (auto done = with_clause(select->withClause, scope); !done) return done;
    if (const RangeVar* name = read_relation(select); name != nullptr) {
        const Relation* found =
            name->schemaname == nullptr ? nullptr : catalog_.relation(name->schemaname, name->relname);
        if (const RelationTreatment* treated = found == nullptr ? nullptr : treatment_of(found->oid)) {
            auto masked = check_masked_select(memory_, catalog_, *found, *treated, treatment_, select, runs_);
            ungrouped_.insert(select);
            return masked ? sample(select, scope) : masked;
        }
    }
    if (auto done = children(reinterpret_cast<Node*>(select), scope); !done) return done;
    return grouped(select, outer != nullptr);
}

// Behind the walk of what is below: only forms that are known stand there.
Result<void> Walk::grouped(const SelectStmt* select, bool below_another) {
    if (!treatment_.aggregates_only || no_rows_) return {};
    // It is the query around it that makes groups of enough people.
    if (below_another && read_person_table(memory_, catalog_, treatment_, select)) return {};
    auto found = check_groups(memory_, catalog_, treatment_, select);
    if (!found) return found.error();
    if (below_another && !found->empty() && select->limitOffset == nullptr && select->limitCount == nullptr)
        return defect("conditions from above may be asked of rows before they are grouped");
    for (const SelectStmt* masked : *found)
        ungrouped_.erase(masked);
    return {};
}

// What chooses the sample of a protected relation may not read one in the open either.
Result<void> Walk::sample(SelectStmt* select, const Scope& scope) {
    auto* item = static_cast<Node*>(linitial(select->fromClause));
    if (nodeTag(item) != T_RangeTableSample) return {};
    const auto* sampled = reinterpret_cast<RangeTableSample*>(item);
    if (auto done = node(reinterpret_cast<Node*>(sampled->args), scope); !done) return done;
    return node(sampled->repeatable, scope);
}

// A CTE sees those before it; under RECURSIVE all, itself included.
Result<void> Walk::with_clause(const WithClause* with, Scope& scope) {
    if (with == nullptr) return {};
    for (int i = 0; with->recursive && i < list_length(with->ctes); ++i) {
        scope.ctes.insert(static_cast<CommonTableExpr*>(list_nth(with->ctes, i))->ctename);
    }
    for (int i = 0; i < list_length(with->ctes); ++i) {
        auto* cte = static_cast<CommonTableExpr*>(list_nth(with->ctes, i));
        if (cte->ctequery == nullptr) return defect("a WITH without a query");
        auto walked = nodeTag(cte->ctequery) == T_SelectStmt
                          ? select(reinterpret_cast<SelectStmt*>(cte->ctequery), &scope)
                          : modify(cte->ctequery, &scope);
        if (!walked) return walked;
        if (const CTECycleClause* cycle = cte->cycle_clause; cycle != nullptr) {
            if (auto done = node(cycle->cycle_mark_value, scope); !done) return done;
            if (auto done = node(cycle->cycle_mark_default, scope); !done) return done;
        }
        scope.ctes.insert(cte->ctename);
    }
    return {};
}

Result<void> Walk::node(Node* node, const Scope& scope) {
    if (node == nullptr) return {};
    switch (nodeTag(node)) {
        case T_SelectStmt: return select(reinterpret_cast<SelectStmt*>(node), &scope);
        case T_RangeSubselect: {
            auto* inner = reinterpret_cast<RangeSubselect*>(node)->subquery;
            if (stand_ins_ != nullptr && stand_ins_->take(inner)) return {};
            return select(reinterpret_cast<SelectStmt*>(inner), &scope, true);
        }
        case T_WithClause: return {};  // select() has been there
        case T_RangeVar: return relation(reinterpret_cast<RangeVar*>(node), scope);
        case T_LockingClause: {
            // FOR UPDATE OF names aliases, which are no relations.
            const List* names = reinterpret_cast<LockingClause*>(node)->lockedRels;
            for (int i = 0; i < list_length(names); ++i) {
                if (static_cast<RangeVar*>(list_nth(names, i))->schemaname != nullptr)
                    return defect("FOR UPDATE OF a qualified name");
            }
            return {};
        }
        case T_FuncCall:
            if (tells_size(reinterpret_cast<FuncCall*>(node)))
                return defect("a size is asked for, which Tabir answers");
            break;
        default: break;  // nodes that are known by their children
    }
    if (!is_known(node)) return defect("a form of statement that is not known");
    return children(node, scope);
}

Result<void> Walk::children(Node* parent, const Scope& scope) {
    const std::size_t first = waiting_.size();
    if (auto done = add_children(memory_, parent, waiting_); !done) return done;
    const std::size_t end = waiting_.size();
    for (std::size_t i = first; i < end; ++i) {
        if (auto done = node(waiting_[i], scope); !done) return done;
    }
    waiting_.resize(first);
    return {};
}

Result<void> Walk::relation(const RangeVar* name, const Scope& scope) {
    const std::string shown = name->relname;
    if (name->catalogname != nullptr)
        return defect("the relation \"" + shown + "\" is named with a database");
    if (name->schemaname == nullptr) {
        if (!scope.has(name->relname))
            return defect("the relation \"" + shown + "\" is named without its schema");
        return {};
    }
    const Relation* found = named(name);
    if (found == nullptr) return defect("the relation \"" + shown + "\" is not known");
    if (treatment_of(found->oid) != nullptr)
        return defect("the protected relation \"" + shown + "\" stands in the open");
    if (found->kind == RelationKind::view && reads_treated(*found)) {
        return defect("the view \"" + shown + "\" over protected relations stands in the open");
    }
    if (runs_ && can_be_renamed(*found) && !is_pinned(*found, scope))
        return defect("the name of \"" + shown + "\" is not held to the catalog");
    return {};
}

// The WHERE of the query that names it, or of one whose FROM that query stands in, says among others that the
// name still means it. Without what FROM holds nothing of it is read.
bool Walk::is_pinned(const Relation& relation, const Scope& scope) {
    for (const Scope* one = &scope; one != nullptr; one = one->in_from ? one->outer : nullptr) {
        for (Node* condition : one->conditions) {
            const auto pins = pins_among(memory_, catalog_, condition);
            if (std::ranges::find(pins, &relation, &PinnedName::relation) != pins.end()) return true;
        }
    }
    return false;
}

const RelationTreatment* Walk::treatment_of(Oid relation) const { return treatment_.of(relation); }

bool Walk::reads_treated(const Relation& view) const {
    std::set<Oid> seen;
    std::vector<Oid> waiting(view.sources);
    while (!waiting.empty()) {
        const Oid oid = waiting.back();
        waiting.pop_back();
        if (!seen.insert(oid).second) continue;
        if (treatment_of(oid) != nullptr) return true;
        if (const Relation* source = catalog_.relation(oid);
            source != nullptr && source->kind == RelationKind::view) {
            waiting.insert(waiting.end(), source->sources.begin(), source->sources.end());
        }
    }
    return false;
}

}  // namespace sql::verify
