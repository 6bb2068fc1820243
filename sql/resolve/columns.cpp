#include "sql/resolve/resolver.hpp"

#include <algorithm>
#include <string_view>

#include "sql/functions.hpp"
#include "sql/system_columns.hpp"

namespace sql::resolve {
namespace {

/// How many columns of `item` have this name, and the last of them.
int find_column(const FromItem& item, std::string_view name, int& count) {
    int found = -1;
    for (std::size_t i = 0; i < item.columns.size(); ++i) {
        const std::string& column = item.columns[i].name;
        // Columns that are named alike (field_1, field_2) differ at the end.
        if (column.size() == name.size() && (name.empty() || column.back() == name.back()) &&
            column == name) {
            found = static_cast<int>(i);
            ++count;
        }
    }
    return found;
}

std::string quoted(std::string_view name) { return "\"" + std::string(name) + "\""; }

/// Rows that were taken back, or locked, leave their traces in these.
bool tells_of_changes(std::string_view name) { return is_system_column(name) && name != "tableoid"; }

/// Tools ask for it beside the names of what it is about: psql for the settings of roles, pg_dump for those
/// of the database.
bool is_shown_as_null(const Reference& reference) {
    const FromItem& item = *reference.item;
    if (item.kind != FromItem::Kind::relation || reference.column < 0 ||
        item.relation->schema != "pg_catalog")
        return false;
    const Column* column = item.columns[static_cast<std::size_t>(reference.column)].attribute;
    if (column == nullptr) return false;
    // How often something happened, or how many rows there are.
    if (danger_of_relation("pg_catalog", item.relation->name) == Danger::statistics)
        return !names_what_is_counted(column->name);
    return item.relation->name == "pg_db_role_setting" && column->name == "setconfig";
}

/// Whether the item is a relation whose system columns can still be seen.
bool has_system_columns(const FromItem& item) { return item.kind == FromItem::Kind::relation; }

}  // namespace

void Resolver::mark(FromItem& item, int column) {
    if (column < 0) return;
    ItemColumn& c = item.columns[static_cast<std::size_t>(column)];
    c.referenced = true;
    if (c.origin != nullptr) mark(*c.origin, c.origin_column);
    if (c.merged != nullptr) mark(*c.merged, c.merged_column);
}

void Resolver::mark_all(FromItem& item) {
    for (std::size_t i = 0; i < item.columns.size(); ++i)
        mark(item, static_cast<int>(i));
}

// Of a sub-query it matters where it stands in the item's own query.
bool Resolver::is_after_grouping(const FromItem& item, Where where) {
    bool after = where.after_grouping;
    for (const Query* q = where.query; q != item.level && q != nullptr; q = q->parent)
        after = q->after_grouping;
    return after;
}

bool Resolver::bind(ColumnRef* ref, FromItem* item, int column, Where where) {
    Reference reference{.node = ref,
                        .item = item,
                        .column = column,
                        .written_in = where.query,
                        .in_aggregate = where.in_aggregate,
                        .after_grouping = is_after_grouping(*item, where)};
    // A join's column belongs to the member that it comes from.
    while (reference.item->kind == FromItem::Kind::join && reference.column >= 0) {
        const ItemColumn& c = reference.item->columns[static_cast<std::size_t>(reference.column)];
        if (c.origin == nullptr || c.merged != nullptr) break;
        reference.item = c.origin;
        reference.column = c.origin_column;
    }
    out_.bound[ref] = reference;
    item->level->references.push_back(reference);
    // What stands in its place does not read the column.
    if (!in_.trusted_text && is_shown_as_null(reference))
        out_.shown_as_null.push_back(reference);
    else
        mark(*item, column);
    return true;
}

bool Resolver::bind_whole_row(ColumnRef* ref, FromItem* item, Where where) {
    mark_all(*item);
    item->whole_row = std::max(ref->location, 0);
    const Reference reference{.node = ref,
                              .item = item,
                              .written_in = where.query,
                              .in_aggregate = where.in_aggregate,
                              .after_grouping = is_after_grouping(*item, where)};
    out_.bound[ref] = reference;
    item->level->references.push_back(reference);
    return true;
}

// A sub-select has system columns only where it lists them: behind all others, so that nothing else moves.
bool Resolver::bind_system_column(ColumnRef* ref, FromItem* item, const char* name, Where where) {
    const Reference reference{.node = ref,
                              .item = item,
                              .written_in = where.query,
                              .in_aggregate = where.in_aggregate,
                              .system = true,
                              .after_grouping = is_after_grouping(*item, where)};
    out_.bound[ref] = reference;
    item->level->references.push_back(reference);
    if (in_.treatment != nullptr && in_.treatment->hides_places && tells_of_changes(name)) {
        out_.hidden_places.push_back(reference);
        return true;
    }
    if (item->treatment == nullptr) return true;
    out_.system_columns.push_back(reference);
    if (std::ranges::find(item->added, name, &AddedColumn::name) == item->added.end())
        item->added.push_back({name, "\"" + std::string(name) + "\""});
    return true;
}

// The first item that may have more columns.
FromItem* Resolver::open_ended_of(const Query& q) {
    const auto found = std::ranges::find_if(
        q.names, [](const NameEntry& entry) { return entry.by_column && entry.item->open_ended; });
    return found == q.names.end() ? nullptr : found->item;
}

// Whose system columns a bare name finds.
NameIndex::Found Resolver::relation_of(const Query& q) {
    NameIndex::Found found;
    for (const NameEntry& entry : q.names) {
        if (!entry.by_column || !has_system_columns(*entry.item)) continue;
        found.item = entry.item;
        ++found.count;
    }
    return found;
}

void Resolver::set_names(Query& q, std::vector<NameEntry> names) {
    q.names = std::move(names);
    q.index.forget();
}

FromItem* Resolver::find_alias(const char* alias, Query& from, bool& ambiguous) {
    ambiguous = false;
    bool visible = true;
    for (Query* q = &from; q != nullptr; q = q->parent) {
        if (visible) {
            if (const auto found = q->index.alias(q->names, alias); found.count > 0) {
                ambiguous = found.count > 1;
                return found.item;
            }
        }
        visible = q->sees_siblings;
    }
    return nullptr;
}

bool Resolver::bare_name(ColumnRef* ref, const char* name, Where where) {
    FromItem* open_ended = nullptr;
    bool visible = true;
    for (Query* q = where.query; q != nullptr; visible = q->sees_siblings, q = q->parent) {
        if (!visible) continue;
        if (open_ended == nullptr) open_ended = open_ended_of(*q);
        NameIndex::Found found = q->index.column(q->names, name);
        const bool system = found.count == 0 && is_system_column(name);
        if (system) found = relation_of(*q);
        if (found.count > 1) {
            return fail(Errc::ambiguous_column, "column reference " + quoted(name) + " is ambiguous", {},
                        ref->location);
        }
        if (found.count == 0) continue;
        if (system) return bind_system_column(ref, found.item, name, where);
        // An item whose columns we do not know may hold the name as well: then both are kept printable.
        if (open_ended == nullptr || open_ended == found.item)
            return bind(ref, found.item, found.column, where);
        mark(*found.item, found.column);
        return bind(ref, open_ended, -1, where);
    }
    bool ambiguous = false;
    if (FromItem* row = find_alias(name, *where.query, ambiguous); row != nullptr) {
        if (ambiguous)
            return fail(Errc::ambiguous_column, "table reference " + quoted(name) + " is ambiguous", {},
                        ref->location);
        if (row->open_ended) return bind(ref, row, -1, where);
        return bind_whole_row(ref, row, where);
    }
    if (open_ended != nullptr) return bind(ref, open_ended, -1, where);
    return fail(Errc::undefined_column, "column " + quoted(name) + " does not exist", {}, ref->location);
}

bool Resolver::qualified_name(ColumnRef* ref, Where where) {
    const int parts = list_length(ref->fields);
    const char* alias = strVal(list_nth(ref->fields, parts - 2));
    bool ambiguous = false;
    FromItem* item = find_alias(alias, *where.query, ambiguous);
    if (parts > 2 && !schema_prefix(ref, item)) return false;
    if (item == nullptr) {
        return fail(Errc::undefined_table, "missing FROM-clause entry for table " + quoted(alias), {},
                    ref->location);
    }
    if (ambiguous)
        return fail(Errc::ambiguous_column, "table reference " + quoted(alias) + " is ambiguous", {},
                    ref->location);
    const Node* last = static_cast<const Node*>(llast(ref->fields));
    if (IsA(last, A_Star)) return bind_whole_row(ref, item, where);
    const char* name = strVal(last);
    int count = 0;
    const int column = find_column(*item, name, count);
    if (count > 1) {
        return fail(Errc::ambiguous_column, "column reference " + quoted(name) + " is ambiguous", {},
                    ref->location);
    }
    if (column >= 0) return bind(ref, item, column, where);
    if (item->open_ended) return bind(ref, item, -1, where);
    if (is_system_column(name) && has_system_columns(*item))
        return bind_system_column(ref, item, name, where);
    if (parts == 2 && call_by_notation(ref, item, where)) return true;
    return error_ ? false
                  : fail(Errc::undefined_column,
                         "column " + std::string(alias) + "." + name + " does not exist", {}, ref->location);
}

// database.schema.table.column: `item` becomes nullptr when the prefix is not that of its relation.
bool Resolver::schema_prefix(ColumnRef* ref, FromItem*& item) {
    const int parts = list_length(ref->fields);
    const bool with_database = parts > 3;
    if (parts > 4 || (with_database && strVal(linitial(ref->fields)) != in_.catalog->database())) {
        return fail(Errc::not_in_postgresql, "cross-database references are not implemented", {},
                    ref->location);
    }
    if (item != nullptr && has_schema(*item, ref))
        out_.prefixed.push_back({ref, item});
    else
        item = nullptr;
    return true;
}

// schema.table.column, of a table that is called by no other name.
bool Resolver::has_schema(const FromItem& item, const ColumnRef* ref) {
    return item.relation != nullptr &&
           item.relation->schema == strVal(list_nth(ref->fields, list_length(ref->fields) - 3)) &&
           item.range_var != nullptr && item.range_var->alias == nullptr;
}

// row.name calls a function of that name with the row, when the row has no such column.
bool Resolver::call_by_notation(ColumnRef* ref, FromItem* item, Where where) {
    Call found;
    found.node = memory_.make<FuncCall>(T_FuncCall);
    found.node->funcname = memory_.append(nullptr, llast(ref->fields));
    found.node->location = ref->location;
    if (!find_function(&found.node->funcname, ref->location, found, false)) {
        error_.reset();
        return false;
    }
    auto* row = memory_.make<ColumnRef>(T_ColumnRef);
    row->fields = memory_.append(nullptr, linitial(ref->fields));
    row->location = ref->location;
    Call& call = out_.calls.emplace_back(found);
    call.notation = true;
    call.level = where.query;
    call.node->args = memory_.append(nullptr, row);
    out_.functions.push_back({.schema = call.schema, .name = call.name, .location = ref->location});
    Where inside = where;
    inside.in_aggregate = where.in_aggregate || call.role == CallRole::aggregate;
    if (!bind_whole_row(row, item, inside)) return false;
    const Reference row_itself = out_.bound.at(row);
    out_.bound[ref] = row_itself;
    out_.notations.push_back({ref, row, &call});
    if (where.condition || where.lateral) out_.leak_safe = false;
    return count_call(call, where);
}

bool Resolver::column_ref(ColumnRef* ref, Where where) {
    const Node* first = static_cast<const Node*>(linitial(ref->fields));
    if (list_length(ref->fields) > 1) return qualified_name(ref, where);
    if (IsA(first, A_Star)) return unsupported("* in this place", ref->location);
    return bare_name(ref, strVal(first), where);
}

}  // namespace sql::resolve
