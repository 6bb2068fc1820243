#include "sql/parse/carried.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "sql/parse/tree_memory.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::parse {
namespace {

SelectStmt* select_from_nothing(TreeMemory& memory) {
    auto* select = memory.make<SelectStmt>(T_SelectStmt);
    select->limitOption = LIMIT_OPTION_COUNT;
    select->op = SETOP_NONE;
    return select;
}

void add_target(TreeMemory& memory, SelectStmt* select, void* expression) {
    auto* target = memory.make<ResTarget>(T_ResTarget);
    target->val = static_cast<Node*>(expression);
    target->location = -1;
    select->targetList = memory.append(select->targetList, target);
}

void add_collation(TreeMemory& memory, SelectStmt* select, List* name) {
    auto* null = memory.make<A_Const>(T_A_Const);
    null->isnull = true;
    null->location = -1;
    auto* collate = memory.make<CollateClause>(T_CollateClause);
    collate->arg = reinterpret_cast<Node*>(null);
    collate->collname = name;
    collate->location = -1;
    add_target(memory, select, collate);
}

/// A table in FROM that stands nowhere in the text.
RangeVar* named_again(TreeMemory& memory, const RangeVar* table) {
    auto* name = memory.make<RangeVar>(T_RangeVar);
    name->catalogname = table->catalogname;
    name->schemaname = table->schemaname;
    name->relname = table->relname;
    name->inh = true;
    name->relpersistence = table->relpersistence;
    name->location = -1;
    name->alias = memory.make<Alias>(T_Alias);
    name->alias->aliasname = table->relname;
    return name;
}

SelectStmt* expressions_of(TreeMemory& memory, const IndexStmt* index) {
    SelectStmt* select = select_from_nothing(memory);
    for (int i = 0; i < list_length(index->indexParams); ++i) {
        const auto* element = static_cast<const IndexElem*>(list_nth(index->indexParams, i));
        if (element->expr != nullptr) add_target(memory, select, element->expr);
        if (element->collation != nullptr) add_collation(memory, select, element->collation);
    }
    select->whereClause = index->whereClause;
    // Whose columns its expressions name.
    select->fromClause = memory.append(nullptr, named_again(memory, index->relation));
    return select;
}

/// What the column is made of, as far as it names something: NULL of its type and collation, its default.
void add_column(TreeMemory& memory, SelectStmt* select, const ColumnDef* column) {
    auto* null = memory.make<A_Const>(T_A_Const);
    null->isnull = true;
    null->location = -1;
    if (column->typeName != nullptr && !is_serial(column->typeName)) {
        auto* cast = memory.make<TypeCast>(T_TypeCast);
        cast->arg = reinterpret_cast<Node*>(null);
        cast->typeName = column->typeName;
        cast->location = -1;
        add_target(memory, select, cast);
    }
    if (column->collClause != nullptr) {
        auto* collate = memory.make<CollateClause>(T_CollateClause);
        collate->arg = reinterpret_cast<Node*>(null);
        collate->collname = column->collClause->collname;
        collate->location = column->collClause->location;
        add_target(memory, select, collate);
    }
    for (int i = 0; i < list_length(column->constraints); ++i) {
        const auto* constraint = static_cast<const Constraint*>(list_nth(column->constraints, i));
        if (constraint->contype == CONSTR_DEFAULT) add_target(memory, select, constraint->raw_expr);
    }
}

/// LIKE table: the columns of a table that are shown.
void add_like(TreeMemory& memory, SelectStmt* select, const TableLikeClause* like) {
    RangeVar* table = named_again(memory, like->relation);
    table->location = like->relation->location;
    select->fromClause = memory.append(select->fromClause, table);
    auto* star = memory.make<ColumnRef>(T_ColumnRef);
    star->fields = memory.append(nullptr, memory.make<A_Star>(T_A_Star));
    star->location = -1;
    add_target(memory, select, star);
}

}  // namespace

bool is_serial(const TypeName* type) {
    static constexpr std::array<std::string_view, 6> names = {"bigserial", "serial",  "serial2",
                                                              "serial4",   "serial8", "smallserial"};
    return list_length(type->names) == 1 &&
           std::ranges::find(names, std::string_view(strVal(linitial(type->names)))) != names.end();
}

Node* carried_by(const Node* statement) {
    switch (nodeTag(statement)) {
        case T_ExplainStmt: return reinterpret_cast<const ExplainStmt*>(statement)->query;
        case T_PrepareStmt: return reinterpret_cast<const PrepareStmt*>(statement)->query;
        case T_DeclareCursorStmt: return reinterpret_cast<const DeclareCursorStmt*>(statement)->query;
        case T_CreateTableAsStmt: return reinterpret_cast<const CreateTableAsStmt*>(statement)->query;
        case T_CopyStmt: return reinterpret_cast<const CopyStmt*>(statement)->query;
        case T_ViewStmt: return reinterpret_cast<const ViewStmt*>(statement)->query;
        default: return nullptr;  // every other kind of node: it carries no statement that we look into
    }
}

Node* innermost(Node* statement) {
    for (Node* inner = carried_by(statement); inner != nullptr; inner = carried_by(statement))
        statement = inner;
    return statement;
}

Node* query_of(TreeMemory& memory, Node* statement) {
    Node* inner = innermost(statement);
    switch (nodeTag(inner)) {
        case T_SelectStmt:
        case T_InsertStmt:
        case T_UpdateStmt:
        case T_DeleteStmt:
        case T_MergeStmt: return inner;
        case T_ExecuteStmt: {
            SelectStmt* select = select_from_nothing(memory);
            const List* arguments = reinterpret_cast<const ExecuteStmt*>(inner)->params;
            for (int i = 0; i < list_length(arguments); ++i)
                add_target(memory, select, list_nth(arguments, i));
            return reinterpret_cast<Node*>(select);
        }
        case T_CallStmt: {
            SelectStmt* select = select_from_nothing(memory);
            add_target(memory, select, reinterpret_cast<const CallStmt*>(inner)->funccall);
            return reinterpret_cast<Node*>(select);
        }
        case T_CreateStmt: {
            SelectStmt* select = select_from_nothing(memory);
            const List* columns = reinterpret_cast<const CreateStmt*>(inner)->tableElts;
            for (int i = 0; i < list_length(columns); ++i) {
                auto* column = static_cast<Node*>(list_nth(columns, i));
                if (IsA(column, ColumnDef))
                    add_column(memory, select, reinterpret_cast<const ColumnDef*>(column));
                if (IsA(column, TableLikeClause))
                    add_like(memory, select, reinterpret_cast<const TableLikeClause*>(column));
            }
            return reinterpret_cast<Node*>(select);
        }
        case T_IndexStmt:
            return reinterpret_cast<Node*>(expressions_of(memory, reinterpret_cast<const IndexStmt*>(inner)));
        default: return nullptr;  // names nothing that could be looked up here
    }
}

}  // namespace sql::parse
