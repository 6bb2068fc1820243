#include "sql/parse/carried.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::parse {

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

}  // namespace sql::parse
