#include "sql/pins.hpp"

#include <algorithm>
#include <set>

#include "sql/print/joined.hpp"
#include "sql/print/quote.hpp"
#include "sql/temporary.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql {
namespace {

using print::joined;

constexpr std::string_view pg_class_oid = "1259";  // the catalog whose objects relations are

// The type is read where the statement is read: as a constant. A name that means nothing is an error there.
std::string still_named(const Relation& relation) {
    return joined({print::quote_string(printed_name(relation)),
                   "::\"pg_catalog\".\"regclass\"::\"pg_catalog\".\"oid\" OPERATOR(\"pg_catalog\".=) ",
                   std::to_string(relation.oid), "::\"pg_catalog\".\"oid\""});
}

// The mark is cast where the answer is known: it is no boolean, and the error's message quotes it.
std::string or_raise(std::string_view condition) {
    return joined(
        {"(CASE WHEN ", condition, " THEN 'true' ELSE '", stale_mark, "' END)::\"pg_catalog\".\"bool\""});
}

bool collect_names(Node* node, void* names) {
    if (node == nullptr) return false;
    if (IsA(node, ColumnRef)) {
        const ListCell* c = nullptr;
        foreach (c, reinterpret_cast<ColumnRef*>(node)->fields) {
            const auto* field = static_cast<const Node*>(lfirst(c));
            if (IsA(field, String))
                static_cast<std::set<std::string, std::less<>>*>(names)->insert(strVal(field));
        }
        return false;
    }
    return raw_expression_tree_walker(node, reinterpret_cast<bool (*)()>(collect_names), names);
}

}  // namespace

std::string pinned_relation(const Relation& relation, const Column* anchor) {
    std::string text = print::quote_qualified(relation.schema, relation.name) + " AS " +
                       print::quote_identifier(relation.name);
    std::string aliases;
    for (const Column& column : relation.columns) {
        if (&column == anchor) break;
        aliases += (aliases.empty() ? "" : ", ") + print::quote_identifier(column.name);
    }
    return aliases.empty() ? text : text + "(" + aliases + ")";
}

std::string pin_condition(const Relation& relation, const Column* anchor, PinKind kind) {
    std::string condition = still_named(relation);
    if (anchor != nullptr) {
        condition += joined({" AND (\"pg_catalog\".\"pg_identify_object_as_address\"(", pg_class_oid, ", ",
                             std::to_string(relation.oid), ", ", std::to_string(anchor->number),
                             ")).\"object_names\" OPERATOR(\"pg_catalog\".=) ARRAY[",
                             print::quote_string(relation.schema), ", ", print::quote_string(relation.name),
                             ", ", print::quote_string(anchor->name), "]::\"pg_catalog\".\"text\"[]"});
    }
    std::string text = or_raise(condition);
    switch (kind) {
        case PinKind::direct: return text;
        case PinKind::init_plan: return "(SELECT " + text + ")";
    }
    return text;
}

std::string open_pin(const Relation& relation) { return or_raise(still_named(relation)); }

bool can_be_renamed(const Relation& relation) {
    return relation.schema != "pg_catalog" && relation.schema != "information_schema" &&
           relation.schema != "pg_toast";
}

std::vector<const Column*> named_columns(const Relation& relation, const Node* tree) {
    std::set<std::string, std::less<>> names;
    collect_names(const_cast<Node*>(tree), &names);
    std::vector<const Column*> columns;
    for (const Column& column : relation.columns) {
        if (names.contains(column.name)) columns.push_back(&column);
    }
    return columns;
}

const Column* last_named(const Relation& relation, const Node* tree) {
    if (relation.columns.empty()) return nullptr;
    const auto named = named_columns(relation, tree);
    return named.empty() ? &relation.columns.front() : named.back();
}

}  // namespace sql
