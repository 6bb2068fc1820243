#include <algorithm>
#include <set>

#include "sql/edits/rewriter.hpp"
#include "sql/print/quote.hpp"

#include "sql/parse/pg_nodes.hpp"

// The row of a sub-select is of type record. Where all of a table's columns are shown, its row is built
// again, of the table's own type: that is what functions over rows, casts and drivers expect.
namespace sql::edits {
namespace {

const resolve::ItemColumn* column_of(const resolve::FromItem& item, const Column& column) {
    const auto found = std::ranges::find(item.columns, &column, &resolve::ItemColumn::attribute);
    return found == item.columns.end() ? nullptr : &*found;
}

/// A column that is NULL only where the whole row is.
const resolve::ItemColumn* never_null(const resolve::FromItem& item) {
    const auto found = std::ranges::find_if(item.columns, [](const resolve::ItemColumn& column) {
        return column.attribute != nullptr && column.attribute->not_null &&
               column.shown == resolve::Shown::open;
    });
    return found == item.columns.end() || item.kind != resolve::FromItem::Kind::relation ? nullptr : &*found;
}

}  // namespace

bool Rewriter::rebuilds_row(const FromItem& item) const {
    const bool replaced = item.kind == FromItem::Kind::view ||
                          (item.kind == FromItem::Kind::relation && item.treatment != nullptr);
    if (!replaced || (item.nullable && never_null(item) == nullptr)) return false;
    std::set<std::string_view> names;
    for (const Column& column : item.relation->columns) {
        const resolve::ItemColumn* shown = column_of(item, column);
        if (shown == nullptr || shown->shown == resolve::Shown::stripped || !names.insert(shown->name).second)
            return false;
        // A mask has the domain's base type; the row would have to pass the domain's CHECK.
        const Type* type = shared_.catalog.type(column.type);
        if (shown->shown == resolve::Shown::masked && (type == nullptr || type->kind == 'd')) return false;
    }
    return true;
}

std::string Rewriter::presence_of(const FromItem& item) const {
    if (const resolve::ItemColumn* column = never_null(item))
        return alias_of(item) + "." + print::quote_identifier(column->name) + " IS NOT NULL";
    return alias_of(item) + " IS DISTINCT FROM NULL";
}

// nullopt: the row of the sub-select itself does.
std::optional<std::string> Rewriter::row_text(const resolve::Reference& row) const {
    const FromItem& item = *row.item;
    if (item.relation == nullptr) return std::nullopt;
    const bool replaced = item.kind == FromItem::Kind::view || item.treatment != nullptr;
    const bool typed = found_.typed_rows.contains(row.node) && replaced;
    if (!typed && !rebuilds_row(item)) return std::nullopt;
    std::string text = "ROW(";
    for (const Column& column : item.relation->columns) {
        if (&column != &item.relation->columns.front()) text += ", ";
        const resolve::ItemColumn* shown = column_of(item, column);
        if (shown == nullptr) {
            text += "NULL";
        } else if (row.after_grouping && !row.in_aggregate) {
            text += shown_after_grouping(item, static_cast<std::size_t>(shown - item.columns.data()));
        } else {
            text += alias_of(item) + "." + print::quote_identifier(shown->name);
        }
    }
    text += ")::" + print::quote_qualified(item.relation->schema, item.relation->name);
    if (item.nullable) return "(CASE WHEN " + presence_of(item) + " THEN " + text + " END)";
    if (found_.compared_rows.contains(row.node)) return "(CASE WHEN true THEN " + text + " END)";
    return text;
}

Result<void> Rewriter::rewrite_whole_rows() {
    std::unordered_set<const ColumnRef*> done_apart;
    for (const resolve::Notation& notation : found_.notations) {
        done_apart.insert(notation.row);
        if (auto done = rewrite_notation(notation); !done) return done;
    }
    for (const resolve::RowStar& star : found_.row_stars) {
        done_apart.insert(star.node);
        if (auto done = expand_row_star(star); !done) return done;
    }
    for (const Query& query : found_.queries) {
        for (const resolve::Reference& row : query.references) {
            if (!row.is_whole_row() || done_apart.contains(row.node)) continue;
            const auto text = row_text(row);
            if (!text) continue;
            auto done = replace_expression(reinterpret_cast<Node*>(row.node), token_at(row.node->location),
                                           end_of_reference(row.node), *text, row.written_in);
            if (!done) return done;
        }
    }
    return {};
}

// row.function becomes function(row), with the function's schema.
Result<void> Rewriter::rewrite_notation(const resolve::Notation& notation) {
    const resolve::Reference& row = found_.bound.at(notation.row);
    const std::string text = print::quote_qualified(notation.call->schema, notation.call->name) + "(" +
                             row_text(row).value_or(alias_of(*row.item)) + ")";
    return replace_expression(reinterpret_cast<Node*>(notation.node), token_at(notation.node->location),
                              end_of_reference(notation.node), text, row.written_in);
}

Result<void> Rewriter::expand_row_star(const resolve::RowStar& star) {
    if (!has_hidden(*star.item) || splits(*star.item)) return {};
    std::vector<std::string> elements;
    if (auto done = list_columns(*star.item, elements); !done) return done;
    std::string text;
    for (const std::string& element : elements)
        text += (text.empty() ? "" : ", ") + element;
    auto parsed = parse::parse_select_fragment(shared_.memory, "SELECT " + text);
    if (!parsed || elements.empty())
        return Error{.code = Errc::not_maskable,
                     .message = "* stands for no columns here",
                     .hint = "Name the columns that you need."};
    List* longer = nullptr;
    for (int i = 0; i < list_length(*star.list); ++i) {
        void* element = list_nth(*star.list, i);
        if (element != star.node) {
            longer = shared_.memory.append(longer, element);
            continue;
        }
        for (int k = 0; k < list_length(parsed->select->targetList); ++k) {
            longer = shared_.memory.append(
                longer, static_cast<ResTarget*>(list_nth(parsed->select->targetList, k))->val);
        }
    }
    *star.list = longer;
    expanded_.insert(reinterpret_cast<Node*>(star.node));
    replace_tokens(token_at(star.node->location), end_of_reference(star.node), std::move(text));
    return {};
}

}  // namespace sql::edits
