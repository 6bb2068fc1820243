#include "sql/parse/carried.hpp"

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

}  // namespace

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
        default: return nullptr;  // names nothing that could be looked up here
    }
}

}  // namespace sql::parse
