#include "sql/resolve/resolver.hpp"

#include <algorithm>
#include <string_view>

namespace sql::resolve {
namespace {

constexpr const char* system_columns[] = {"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"};

bool is_system_column(std::string_view name) {
    return std::ranges::find(system_columns, name) != std::end(system_columns);
}

/// How many columns of `item` have this name, and the last of them.
int find_column(const FromItem& item, std::string_view name, int& count) {
    int found = -1;
    for (std::size_t i = 0; i < item.columns.size(); ++i) {
        if (item.columns[i].name == name) {
            found = static_cast<int>(i);
            ++count;
        }
    }
    return found;
}

std::string quoted(std::string_view name) { return "\"" + std::string(name) + "\""; }

/// Whether the item is a relation whose system columns can still be seen.
bool has_system_columns(const FromItem& item) { return item.kind == FromItem::Kind::relation; }

}  // namespace

void Resolver::mark_output(const Query& q, std::size_t output) {
    if (q.kind == Query::Kind::set_operation) {
        mark_output(*q.left, output);
        mark_output(*q.right, output);
    }
}

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

bool Resolver::bind(ColumnRef* ref, FromItem* item, int column, Where where) {
    mark(*item, column);
    Reference reference{ref, item, column, where.query, where.in_aggregate};
    // A join's column belongs to the member that it comes from.
    while (reference.item->kind == FromItem::Kind::join && reference.column >= 0) {
        const ItemColumn& c = reference.item->columns[static_cast<std::size_t>(reference.column)];
        if (c.origin == nullptr || c.merged != nullptr) break;
        reference.item = c.origin;
        reference.column = c.origin_column;
    }
    out_.bound[ref] = reference;
    item->level->references.push_back(reference);
    return true;
}

bool Resolver::bind_whole_row(ColumnRef* ref, FromItem* item, Where where) {
    mark_all(*item);
    item->whole_row = std::max(ref->location, 0);
    if (item->kind == FromItem::Kind::join) {
        std::vector<FromItem*> members = {item->left, item->right};
        while (!members.empty()) {
            FromItem* member = members.back();
            members.pop_back();
            member->whole_row = item->whole_row;
            if (member->kind == FromItem::Kind::join) {
                members.push_back(member->left);
                members.push_back(member->right);
            }
        }
    }
    Reference reference{ref, item, -1, where.query, where.in_aggregate};
    out_.bound[ref] = reference;
    item->level->references.push_back(reference);
    return true;
}

FromItem* Resolver::find_alias(const char* alias, Query& from, bool& ambiguous) {
    ambiguous = false;
    bool visible = true;
    for (Query* q = &from; q != nullptr; q = q->parent) {
        FromItem* found = nullptr;
        if (visible) {
            for (const NameEntry& entry : q->names) {
                if (!entry.by_alias || entry.item->alias != alias) continue;
                ambiguous = ambiguous || found != nullptr;
                found = entry.item;
            }
        }
        if (found != nullptr) return found;
        visible = q->sees_siblings;
    }
    return nullptr;
}

bool Resolver::bare_name(ColumnRef* ref, const char* name, Where where) {
    FromItem* open_ended = nullptr;
    bool visible = true;
    for (Query* q = where.query; q != nullptr; q = q->parent) {
        FromItem* found = nullptr;
        int column = -1;
        int count = 0;
        if (visible) {
            for (const NameEntry& entry : q->names) {
                if (!entry.by_column) continue;
                const int candidate = find_column(*entry.item, name, count);
                if (candidate >= 0) {
                    found = entry.item;
                    column = candidate;
                }
                if (entry.item->open_ended && open_ended == nullptr) open_ended = entry.item;
            }
        }
        if (count > 1) {
            return fail(Errc::ambiguous_column, "column reference " + quoted(name) + " is ambiguous", {},
                        ref->location);
        }
        if (found != nullptr) {
            // An item whose columns we do not know may hold the name as well: then both are kept printable.
            if (open_ended == nullptr || open_ended == found) return bind(ref, found, column, where);
            mark(*found, column);
            return bind(ref, open_ended, -1, where);
        }
        if (visible && is_system_column(name)) {
            for (const NameEntry& entry : q->names) {
                if (!entry.by_column || !has_system_columns(*entry.item)) continue;
                if (entry.item->treatment != nullptr) {
                    return unsupported("the system column " + quoted(name) + " of a protected table",
                                       ref->location);
                }
                return bind(ref, entry.item, -1, where);
            }
        }
        visible = q->sees_siblings;
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
    if (parts > 3) return unsupported("a column name with a database name", ref->location);
    const char* alias = strVal(list_nth(ref->fields, parts - 2));
    bool ambiguous = false;
    FromItem* item = find_alias(alias, *where.query, ambiguous);
    if (item != nullptr && parts == 3) {
        const char* schema = strVal(linitial(ref->fields));
        const bool fits = item->relation != nullptr && item->relation->schema == schema &&
                          item->range_var != nullptr && item->range_var->alias == nullptr;
        if (!fits)
            item = nullptr;
        else
            out_.schema_prefixed.push_back(ref);
    }
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
    if (is_system_column(name) && has_system_columns(*item)) {
        if (item->treatment == nullptr) return bind(ref, item, -1, where);
        return unsupported("the system column " + quoted(name) + " of a protected table", ref->location);
    }
    // PostgreSQL would try a function of this name over the row.
    return fail(Errc::undefined_column, "column " + std::string(alias) + "." + name + " does not exist", {},
                ref->location);
}

bool Resolver::column_ref(ColumnRef* ref, Where where) {
    const Node* first = static_cast<const Node*>(linitial(ref->fields));
    if (list_length(ref->fields) > 1) return qualified_name(ref, where);
    if (IsA(first, A_Star)) return unsupported("* in this place", ref->location);
    return bare_name(ref, strVal(first), where);
}

}  // namespace sql::resolve
