#include "sql/edits/print_alter.hpp"

#include <string>

#include "sql/edits/errors.hpp"
#include "sql/print/quote.hpp"
#include "sql/resolve/relation_name.hpp"
#include "sql/temporary.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

constexpr std::string_view built_in = "pg_catalog";

Error not_altered(const char* what, int location = -1) {
    return unsupported(
        std::string(what) + " is not supported for a temporary table",
        "ADD, DROP, RENAME and ALTER COLUMN of built-in types are; or make another table: CREATE "
        "TEMPORARY TABLE name AS SELECT ...",
        location);
}

Result<std::string> whole_number(const Node* node, int location) {
    const auto* constant = reinterpret_cast<const A_Const*>(node);
    if (!IsA(node, A_Const) || constant->isnull || !IsA(&constant->val, Integer))
        return not_altered("this type", location);
    return std::to_string(constant->val.ival.ival);
}

/// "pg_catalog"."numeric"(10, 2)[], which `type` becomes, too.
Result<std::string> type_text(const Printing& in, TypeName* type) {
    const std::string name = strVal(llast(type->names));
    const bool plain = list_length(type->names) == 1 ||
                       (list_length(type->names) == 2 && strVal(linitial(type->names)) == built_in);
    const Type* known = plain ? in.catalog.type(built_in, name) : nullptr;
    // The fields of an interval are a number in the tree.
    if (known == nullptr || known->kind == 'p' || type->setof || type->pct_type ||
        (name == "interval" && type->typmods != nullptr))
        return not_altered("this type", type->location);
    List* names = in.memory.append(nullptr, in.memory.string_node(built_in));
    type->names = in.memory.append(names, in.memory.string_node(name));
    std::string text = print::quote_qualified(std::string(built_in), name);
    for (int i = 0; i < list_length(type->typmods); ++i) {
        auto number = whole_number(static_cast<const Node*>(list_nth(type->typmods, i)), type->location);
        if (!number) return number.error();
        text += (i == 0 ? "(" : ", ") + *number;
    }
    if (type->typmods != nullptr) text += ')';
    for (int i = 0; i < list_length(type->arrayBounds); ++i) {
        const int bound = intVal(list_nth(type->arrayBounds, i));
        text += bound < 0 ? "[]" : '[' + std::to_string(bound) + ']';
    }
    return text;
}

/// A constant that needs no look-up.
Result<std::string> constant_text(const Node* node) {
    if (!IsA(node, A_Const)) return not_altered("a default that is no constant");
    const auto* constant = reinterpret_cast<const A_Const*>(node);
    if (constant->isnull) return std::string("NULL");
    switch (nodeTag(&constant->val)) {
        case T_Integer: return std::to_string(constant->val.ival.ival);
        case T_Float: return std::string(constant->val.fval.fval);
        case T_Boolean: return std::string(constant->val.boolval.boolval ? "true" : "false");
        case T_String: return print::quote_string(constant->val.sval.sval);
        default: return not_altered("this default", constant->location);
    }
}

Result<std::string> column_text(const Printing& in, ColumnDef* column) {
    if (column->typeName == nullptr || column->compression != nullptr || column->fdwoptions != nullptr ||
        column->collClause != nullptr)
        return not_altered("this form of a column", column->location);
    auto type = type_text(in, column->typeName);
    if (!type) return type.error();
    std::string text = print::quote_identifier(column->colname) + ' ' + *type;
    for (int i = 0; i < list_length(column->constraints); ++i) {
        const auto* constraint = static_cast<const Constraint*>(list_nth(column->constraints, i));
        if (constraint->conname != nullptr) return not_altered("a named constraint", constraint->location);
        switch (constraint->contype) {
            case CONSTR_NULL: text += " NULL"; break;
            case CONSTR_NOTNULL: text += " NOT NULL"; break;
            case CONSTR_DEFAULT: {
                auto value = constant_text(constraint->raw_expr);
                if (!value) return value.error();
                text += " DEFAULT " + *value;
                break;
            }
            default: return not_altered("this constraint of a new column", constraint->location);
        }
    }
    return text;
}

Result<std::string> type_change(const Printing& in, const AlterTableCmd* part) {
    const auto* column = reinterpret_cast<const ColumnDef*>(part->def);
    if (column->raw_default != nullptr) return not_altered("USING");
    if (column->collClause != nullptr) return not_altered("COLLATE", column->location);
    auto type = type_text(in, column->typeName);
    if (!type) return type.error();
    return " TYPE " + *type;
}

Result<std::string> default_change(const AlterTableCmd* part) {
    if (part->def == nullptr) return std::string(" DROP DEFAULT");
    auto value = constant_text(part->def);
    if (!value) return value.error();
    return " SET DEFAULT " + *value;
}

Result<std::string> part_text(const Printing& in, const AlterTableCmd* part) {
    const auto of_column = [&](Result<std::string> change) -> Result<std::string> {
        if (!change) return change.error();
        return "ALTER COLUMN " + print::quote_identifier(part->name) + *change;
    };
    switch (part->subtype) {
        case AT_AddColumn: {
            auto column = column_text(in, reinterpret_cast<ColumnDef*>(part->def));
            if (!column) return column.error();
            return (part->missing_ok ? "ADD COLUMN IF NOT EXISTS " : "ADD COLUMN ") + *column;
        }
        case AT_DropColumn:
            return (part->missing_ok ? "DROP COLUMN IF EXISTS " : "DROP COLUMN ") +
                   print::quote_identifier(part->name) + (part->behavior == DROP_CASCADE ? " CASCADE" : "");
        case AT_AlterColumnType: return of_column(type_change(in, part));
        case AT_ColumnDefault: return of_column(default_change(part));
        case AT_SetNotNull: return of_column(std::string(" SET NOT NULL"));
        case AT_DropNotNull: return of_column(std::string(" DROP NOT NULL"));
        default: return not_altered("this part of ALTER TABLE");
    }
}

/// ALTER TABLE and the name by which the database knows the table, which `name` becomes, too.
Result<std::string> beginning(const Printing& in, RangeVar* name) {
    auto found = resolve::relation_named(name, in.catalog, in.names);
    if (!found) return found.error();
    if (!(*found)->temporary())
        return unsupported("only temporary tables of this session can be altered", "");
    name->schemaname = in.memory.string(temporary_schema);
    name->relname = in.memory.string((*found)->stored_name);
    name->inh = true;
    return "ALTER TABLE " + printed_name(**found) + ' ';
}

}  // namespace

Result<PrintedStatement> print_alter(const Printing& in, AlterTableStmt* meant) {
    auto text = beginning(in, meant->relation);
    if (!text) return text.error();
    meant->missing_ok = false;
    for (int i = 0; i < list_length(meant->cmds); ++i) {
        auto part = part_text(in, static_cast<const AlterTableCmd*>(list_nth(meant->cmds, i)));
        if (!part) return part.error();
        *text += (i == 0 ? "" : ", ") + *part;
    }
    PrintedStatement result;
    result.text = *std::move(text);
    return result;
}

Result<PrintedStatement> print_rename(const Printing& in, RenameStmt* meant) {
    if (meant->renameType != OBJECT_TABLE &&
        (meant->renameType != OBJECT_COLUMN || meant->relationType != OBJECT_TABLE))
        return not_altered("this form of RENAME");
    auto text = beginning(in, meant->relation);
    if (!text) return text.error();
    meant->missing_ok = false;
    PrintedStatement result;
    if (meant->renameType == OBJECT_COLUMN) {
        result.text = *text + "RENAME COLUMN " + print::quote_identifier(meant->subname) + " TO " +
                      print::quote_identifier(meant->newname);
        return result;
    }
    auto stored = stored_name_of(meant->newname);
    if (!stored) return stored.error();
    meant->newname = in.memory.string(*stored);
    result.text = *text + "RENAME TO " + print::quote_identifier(*stored);
    return result;
}

}  // namespace sql::edits
