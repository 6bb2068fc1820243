#include "sql/resolve/copied_table.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "sql/masks.hpp"
#include "sql/print/quote.hpp"
#include "sql/resolve/relation_name.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::resolve {
namespace {

Error at(Error error, const RangeVar* name) {
    error.offset = static_cast<std::size_t>(std::max(name->location, 0));
    return error;
}

/// What stands where PostgreSQL copies plain tables and their kind only (BeginCopyTo).
const char* other_kind(RelationKind kind) {
    switch (kind) {
        case RelationKind::table: return nullptr;
        case RelationKind::view: return "view";
        case RelationKind::materialized_view: return "materialized view";
        case RelationKind::foreign_table: return "foreign table";
        case RelationKind::sequence: return "sequence";
        case RelationKind::partitioned_table: return "partitioned table";
        case RelationKind::index:
        case RelationKind::partitioned_index:
        case RelationKind::toast_table:
        case RelationKind::composite_type: return "non-table relation";
    }
    return "non-table relation";
}

bool is_stripped(const Column& column, const RelationTreatment* treated) {
    if (treated == nullptr) return false;
    const auto found = treated->columns.find(column.number);
    return found == treated->columns.end() || std::holds_alternative<Stripped>(found->second);
}

std::vector<const Column*> all_columns(const Relation& relation) {
    std::vector<const Column*> all;
    for (const Column& column : relation.columns) {
        if (!column.generated) all.push_back(&column);
    }
    return all;
}

Result<std::vector<const Column*>> listed(const CopyStmt* copy, const Relation& relation) {
    std::vector<const Column*> columns;
    for (int i = 0; i < list_length(copy->attlist); ++i) {
        const std::string name = strVal(list_nth(copy->attlist, i));
        const Column* column = relation.column(name);
        if (column == nullptr)
            return Error{
                .code = Errc::undefined_column,
                .message = "column \"" + name + "\" of relation \"" + relation.name + "\" does not exist"};
        if (column->generated)
            return Error{.code = Errc::undefined_column,
                         .message = "column \"" + name + "\" is a generated column, which COPY cannot use"};
        if (std::ranges::find(columns, column) != columns.end())
            return Error{.code = Errc::ambiguous_column,
                         .message = "column \"" + name + "\" specified more than once"};
        columns.push_back(column);
    }
    return columns;
}

/// What a condition names, and whether it holds a sub-query.
struct FilterNames {
    std::vector<const ColumnRef*> columns;
    const ParamRef* parameter = nullptr;
    bool sub_query = false;
};

bool collect_names(Node* node, void* context) {
    if (node == nullptr) return false;
    auto& named = *static_cast<FilterNames*>(context);
    if (IsA(node, ColumnRef)) named.columns.push_back(reinterpret_cast<const ColumnRef*>(node));
    if (IsA(node, ParamRef)) named.parameter = reinterpret_cast<const ParamRef*>(node);
    if (IsA(node, SubLink)) {
        named.sub_query = true;
        return true;
    }
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_names), context);
}

}  // namespace

Result<void> check_copy_condition(const CopyStmt* copy, const FilledTable& table, parse::TreeMemory& memory) {
    FilterNames named;
    const auto walked = memory.run([&] { collect_names(copy->whereClause, &named); });
    if (!walked || named.sub_query)
        return Error{.code = Errc::not_in_postgresql,
                     .message = "cannot use subquery in COPY FROM WHERE condition"};
    if (named.parameter != nullptr) {
        return Error{.code = Errc::undefined_object,
                     .message = "there is no parameter $" + std::to_string(named.parameter->number),
                     .hint = "COPY takes no parameters: write the value itself."};
    }
    for (const ColumnRef* reference : named.columns) {
        const auto* last = static_cast<const Node*>(llast(reference->fields));
        const bool is_sent =
            IsA(last, String) && std::ranges::any_of(table.columns, [&](const Column* column) {
                return column->name == strVal(last);
            });
        if (is_sent && list_length(reference->fields) == 1) continue;
        Error error{
            .code = Errc::unsupported,
            .message = "the WHERE of COPY can only name columns that are sent, without the table's name",
            .hint = "What the database puts into other columns is not shown."};
        if (reference->location >= 0) error.offset = static_cast<std::size_t>(reference->location);
        return error;
    }
    return {};
}

Result<CopiedTable> copied_table(const CopyStmt* copy, const Catalog& catalog, const NameContext& names,
                                 const Treatment* treatment) {
    const RangeVar* name = copy->relation;
    auto named_relation = relation_named(name, catalog, names);
    if (!named_relation) return named_relation.error();
    const Relation* relation = *named_relation;
    if (const char* kind = other_kind(relation->kind)) {
        return at({.code = Errc::wrong_object_type,
                   .message = std::string("cannot copy from ") + kind + " \"" + relation->name + "\"",
                   .hint = "Try the COPY (SELECT ...) TO variant."},
                  name);
    }
    const RelationTreatment* treated = treatment == nullptr ? nullptr : treatment->of(relation->oid);
    const std::vector<const Column*> all = all_columns(*relation);
    auto columns = listed(copy, *relation);
    if (!columns) return at(columns.error(), name);
    CopiedTable copied{.relation = relation, .select = "SELECT ", .whole = false};
    const bool named = !columns->empty();
    copied.whole = !named || columns->size() == all.size();
    std::size_t written = 0;
    for (const Column* column : named ? *columns : all) {
        std::string shown = print::quote_identifier(column->name);
        if (is_stripped(*column, treated) && copied.whole) {
            if (!named) continue;
            auto type = type_text(*column, catalog);
            if (!type) return type.error();
            shown = "NULL::" + *type + " AS " + shown;
        }
        copied.select += (written++ == 0 ? "" : ", ") + shown;
    }
    if (written == 0)
        return at({.code = Errc::not_maskable, .message = "no column of this table can be copied"}, name);
    copied.select += " FROM ONLY " + print::quote_qualified(relation->schema, relation->name);
    return copied;
}

Result<FilledTable> filled_table(const CopyStmt* copy, const Catalog& catalog, const NameContext& names) {
    const RangeVar* name = copy->relation;
    if (name->catalogname != nullptr) {
        return at(
            {.code = Errc::unsupported, .message = "a table name with a database name is not supported"},
            name);
    }
    auto relation = relation_named(name, catalog, names);
    if (!relation) return relation.error();
    const char* kind = other_kind((*relation)->kind);
    const bool fills = kind == nullptr || (*relation)->kind == RelationKind::partitioned_table ||
                       (*relation)->kind == RelationKind::foreign_table;
    if (!fills) {
        return at({.code = Errc::wrong_object_type,
                   .message = std::string("cannot copy to ") + kind + " \"" + (*relation)->name + "\"",
                   .hint = "Copy to the table itself."},
                  name);
    }
    auto columns = listed(copy, **relation);
    if (!columns) return at(columns.error(), name);
    if (columns->empty()) *columns = all_columns(**relation);
    if (columns->empty())
        return at({.code = Errc::unsupported, .message = "a table without columns cannot be copied to"},
                  name);
    return FilledTable{.relation = *relation, .columns = std::move(*columns)};
}

}  // namespace sql::resolve
