#include "sql/edits/print_like.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "sql/edits/errors.hpp"
#include "sql/masks/column_type.hpp"
#include "sql/print/quote.hpp"
#include "sql/resolve/relation_name.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

// Neither the rows that the table takes nor what they become hangs on these.
constexpr bits32 without_meaning = CREATE_TABLE_LIKE_COMMENTS | CREATE_TABLE_LIKE_COMPRESSION |
                                   CREATE_TABLE_LIKE_STATISTICS | CREATE_TABLE_LIKE_STORAGE;

const TableLikeClause* as_like(const void* element) {
    return IsA(element, TableLikeClause) ? static_cast<const TableLikeClause*>(element) : nullptr;
}

bool is_seen(const Treatment& treatment, const Relation& relation, const Column& column) {
    const RelationTreatment* treated = treatment.of(relation.oid);
    if (treated == nullptr) return true;
    const auto shown = treated->columns.find(column.number);
    return shown != treated->columns.end() && !std::holds_alternative<Stripped>(shown->second);
}

Result<std::string> columns_of(const Printing& in, const TableLikeClause* like) {
    auto relation = resolve::relation_named(like->relation, in.catalog, in.names);
    if (!relation) return relation.error();
    if ((like->options & ~without_meaning) != 0) {
        return unsupported("LIKE takes only columns and NOT NULL for a temporary table",
                           "Leave INCLUDING out, or write the columns with their defaults and constraints.",
                           like->relation->location);
    }
    std::string text;
    for (const Column& column : (*relation)->columns) {
        if (!is_seen(in.treatment, **relation, column)) continue;
        auto type = masks::column_type(column, in.catalog);
        if (!type) return type.error();
        text += (text.empty() ? "" : ", ") + print::quote_identifier(column.name) + " " + type->text +
                type->collation + (column.not_null ? " NOT NULL" : "");
    }
    if (!text.empty()) return text;
    return unsupported("LIKE takes no columns here", "Name the columns that you need.",
                       like->relation->location);
}

/// The bytes of LIKE table INCLUDING ... .
std::pair<std::size_t, std::size_t> bytes_of(const parse::Tokens& tokens, const TableLikeClause* like) {
    const auto all = tokens.all();
    const std::size_t name = tokens.token_at(like->relation->location);
    std::size_t last = name;
    while (last + 1 < all.size() && !all[last + 1].is_op(",") && !all[last + 1].is_op(")"))
        ++last;
    return {all[name - 1].begin, all[last].end};
}

}  // namespace

bool is_like_another(const CreateStmt* create) {
    for (int i = 0; i < list_length(create->tableElts); ++i) {
        if (as_like(list_nth(create->tableElts, i)) != nullptr) return true;
    }
    return false;
}

Result<PrintedStatement> print_create_like(const Printing& in, Node*& meant) {
    const auto* create = reinterpret_cast<const CreateStmt*>(meant);
    const std::string_view text = in.tokens.text();
    std::string rewritten;
    std::size_t done = in.statement.begin;
    for (int i = 0; i < list_length(create->tableElts); ++i) {
        const TableLikeClause* like = as_like(list_nth(create->tableElts, i));
        if (like == nullptr) continue;
        auto columns = columns_of(in, like);
        if (!columns) return columns.error();
        const auto [begin, end] = bytes_of(in.tokens, like);
        rewritten.append(text.substr(done, begin - done)).append(*columns);
        done = end;
    }
    rewritten.append(text.substr(done, in.statement.end - done));
    return print_in_other_words(
        in, rewritten, unsupported("this form of LIKE is not supported", "Write the columns."), meant);
}

}  // namespace sql::edits
