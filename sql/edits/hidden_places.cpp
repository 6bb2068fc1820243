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
        if (reference.written_in == nullptr || !is_target(*reference.written_in, node)) {
            return error_at(Errc::not_countable,
                            name + " tells how many rows a statement has reached, also a refused one",
                            "Name rows by their key.", ref->location);
        }
        auto done =
            replace_expression(node, token_at(ref->location), end_of_reference(ref),
                               "CAST(NULL AS " + print::quote_qualified("pg_catalog", type_of(name)) + ")",
                               reference.written_in);
        if (!done) return done;
    }
    return {};
}

}  // namespace sql::edits
