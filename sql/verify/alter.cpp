// What changes the form of a temporary table of the session's own. Part of Walk.

#include "sql/temporary.hpp"
#include "sql/verify/walk.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::verify {
namespace {

bool is_own_table(const RangeVar* name) {
    return name->catalogname == nullptr && name->schemaname != nullptr &&
           name->schemaname == temporary_schema && !client_name_of(name->relname).empty();
}

bool is_built_in(const TypeName* type) {
    return type != nullptr && list_length(type->names) == 2 &&
           std::string_view(strVal(linitial(type->names))) == "pg_catalog" && !type->setof && !type->pct_type;
}

bool is_constant(const Node* node) { return node == nullptr || nodeTag(node) == T_A_Const; }

// Nothing in it is computed when rows come.
bool is_plain_column(const ColumnDef* column) {
    if (!is_built_in(column->typeName) || column->fdwoptions != nullptr || column->collClause != nullptr ||
        column->raw_default != nullptr)
        return false;
    for (int i = 0; i < list_length(column->constraints); ++i) {
        const auto* constraint = static_cast<const Constraint*>(list_nth(column->constraints, i));
        const bool plain = constraint->contype == CONSTR_NULL || constraint->contype == CONSTR_NOTNULL ||
                           (constraint->contype == CONSTR_DEFAULT && is_constant(constraint->raw_expr));
        if (!plain || constraint->conname != nullptr) return false;
    }
    return true;
}

bool is_plain_part(const AlterTableCmd* part) {
    switch (part->subtype) {
        case AT_AddColumn:
        case AT_AlterColumnType: return is_plain_column(reinterpret_cast<const ColumnDef*>(part->def));
        case AT_ColumnDefault: return is_constant(part->def);
        case AT_DropColumn:
        case AT_SetNotNull:
        case AT_DropNotNull: return true;
        default: return false;  // unknown means no
    }
}

}  // namespace

Result<void> Walk::alter(const AlterTableStmt* alter) const {
    if (!is_own_table(alter->relation) || alter->objtype != OBJECT_TABLE)
        return defect("a table is altered that is no temporary one of the session's own");
    for (int i = 0; i < list_length(alter->cmds); ++i) {
        if (!is_plain_part(static_cast<const AlterTableCmd*>(list_nth(alter->cmds, i))))
            return defect("a temporary table is altered in a way that is not known");
    }
    return {};
}

Result<void> Walk::rename(const RenameStmt* rename) const {
    const bool column = rename->renameType == OBJECT_COLUMN && rename->relationType == OBJECT_TABLE;
    if (rename->relation == nullptr || !is_own_table(rename->relation) ||
        (!column && rename->renameType != OBJECT_TABLE))
        return defect("something is renamed that is no temporary table of the session's own");
    if (!column && client_name_of(rename->newname).empty())
        return defect("a table gets a name that the client chose");
    return {};
}

}  // namespace sql::verify
