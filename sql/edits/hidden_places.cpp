#include <algorithm>

#include "sql/edits/errors.hpp"
#include "sql/edits/rewriter.hpp"
#include "sql/print/quote.hpp"

#include "sql/parse/pg_nodes.hpp"

// Where a row is (ctid), and what has marked it (xmin, xmax, cmin, cmax), tell how many rows a change had
// reached that was refused. Tools select them beside the rows of tables without a key: they see NULL.
namespace sql::edits {
namespace {

const char* type_of(std::string_view column) {
    return column == "ctid" ? "tid" : column.starts_with('x') ? "xid" : "cid";
}

bool is_target(const resolve::Query& query, const Node* node) {
    const ListCell* c = nullptr;
    foreach (c, query.node->targetList) {
        if (static_cast<const ResTarget*>(lfirst(c))->val == node) return true;
    }
    return false;
}

bool holds(Node* list, const Node* node) {
    struct Search {
        const Node* wanted;
        static bool walk(Node* at, void* context) {
            if (at == nullptr || IsA(at, SelectStmt)) return false;
            return at == static_cast<Search*>(context)->wanted ||
                   raw_expression_tree_walker(at, reinterpret_cast<bool (*)()>(walk), context);
        }
    } search{node};
    return Search::walk(list, &search);
}

/// xmax in the RETURNING of INSERT is 0 where the row is new, and not where ON CONFLICT has changed one.
bool tells_new_from_changed(const resolve::Reference& reference, std::string_view column) {
    const resolve::Query& query = *reference.item->level;
    return column == "xmax" && query.modify != nullptr &&
           query.modify->kind == resolve::Modify::Kind::insert && query.modify->target == reference.item &&
           holds(reinterpret_cast<Node*>(query.node->targetList),
                 reinterpret_cast<const Node*>(reference.node));
}

}  // namespace

// Numbers of rows and how often they change would tell of those that are not shown.
Result<void> Rewriter::show_nulls() {
    for (const resolve::Reference& reference : found_.shown_as_null) {
        const Column& column = *reference.item->columns[static_cast<std::size_t>(reference.column)].attribute;
        const Type* type = shared_.catalog.type(column.type);
        const std::string name = type == nullptr ? "text" : print::quote_qualified(type->schema, type->name);
        const ColumnRef* ref = reference.node;
        auto done =
            replace_expression(reinterpret_cast<const Node*>(ref), token_at(ref->location),
                               end_of_reference(ref), "CAST(NULL AS " + name + ")", reference.written_in);
        if (!done) return done;
    }
    return {};
}

Result<void> Rewriter::hide_places() {
    for (const resolve::Reference& reference : found_.hidden_places) {
        const ColumnRef* ref = reference.node;
        const auto* node = reinterpret_cast<const Node*>(ref);
        const std::string name = strVal(llast(ref->fields));
        const std::string type = print::quote_qualified("pg_catalog", type_of(name));
        if (tells_new_from_changed(reference, name)) {
            const std::string owner = print::quote_identifier(reference.item->alias);
            auto done = replace_expression(
                node, token_at(ref->location), end_of_reference(ref),
                "CAST(CASE WHEN " + owner + ".xmax = 0 THEN '0' ELSE '1' END AS " + type + ")",
                reference.written_in);
            if (!done) return done;
            continue;
        }
        if (reference.written_in == nullptr || !is_target(*reference.written_in, node)) {
            return error_at(Errc::not_countable,
                            name + " tells how many rows a statement has reached, also a refused one",
                            "Name rows by their key.", ref->location);
        }
        auto done = replace_expression(node, token_at(ref->location), end_of_reference(ref),
                                       "CAST(NULL AS " + type + ")", reference.written_in);
        if (!done) return done;
    }
    return {};
}

}  // namespace sql::edits
