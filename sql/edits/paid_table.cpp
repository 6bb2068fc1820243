#include "sql/edits/paid_table.hpp"

#include <algorithm>

#include "sql/edits/kept_rows.hpp"
#include "sql/print/quote.hpp"
#include "sql/temporary.hpp"
#include "sql/verify/verify.hpp"

#include "sql/parse/pg_nodes.hpp"

// Nobody may be in the table before he is paid for, and what failed may leave no trace of how many rows there
// were: PostgreSQL numbers the values that it stores out of line, and never takes a number back. So the rows
// are kept aside as one value, an array of the table's own row type.
namespace sql::edits {
namespace {

constexpr std::string_view aside = "\"pg_temp\".\"__tabir_aside\"";

/// The query's own text, behind the AS of CREATE TABLE name AS.
std::size_t begin_of_query(const Printing& in, const CreateTableAsStmt* create) {
    const auto words = in.tokens.within(in.statement.begin, in.statement.end);
    const auto name = static_cast<std::size_t>(std::max(create->into->rel->location, 0));
    const auto as = std::ranges::find_if(
        words, [name](const parse::Token& word) { return word.begin > name && word.is_keyword("as"); });
    return as == words.end() ? in.statement.end : as->end;
}

std::string keeping_aside(const KeptRows& rows, const std::string& table) {
    return "INSERT INTO " + std::string(aside) + " SELECT \"pg_catalog\".\"array_agg\"(ROW(" +
           listed(kept_columns(rows)) + ")::" + table + ") FROM " + std::string(kept_rows_name);
}

std::vector<std::string> written_from_aside(const std::string& table) {
    return {"INSERT INTO " + table + " SELECT \"__tabir_u\".* FROM " + std::string(aside) +
                " AS \"__tabir_s\", \"pg_catalog\".\"unnest\"(\"__tabir_s\".\"rows\") AS \"__tabir_u\"",
            "DROP TABLE " + std::string(aside)};
}

Result<PrintedStatement> print_empty_table(const Printing& in, const CreateTableAsStmt* create) {
    Node* meant = in.memory.copy(reinterpret_cast<const Node*>(create));
    reinterpret_cast<CreateTableAsStmt*>(meant)->into->skipData = true;
    auto printed = print_select(in, meant);
    if (!printed) return printed;
    printed->text += " WITH NO DATA";
    if (auto done = verify::verify_statement(in.memory, printed->text, meant, in.catalog, in.treatment);
        !done)
        return done.error();
    return printed;
}

}  // namespace

std::optional<Result<PrintedStatement>> print_paid_table(const Printing& in,
                                                         const CreateTableAsStmt* create) {
    if (in.treatment.counted.empty() || create->into->skipData || !IsA(create->query, SelectStmt))
        return std::nullopt;
    Node* query = in.memory.copy(create->query);
    const parse::Statement alone{query, begin_of_query(in, create), in.statement.end};
    auto rows = print_kept_rows({alone, in.tokens, in.memory, in.catalog, in.names, in.treatment}, query,
                                "this query of a temporary table");
    if (!rows) return std::nullopt;
    if (!*rows) return rows->error();

    auto empty = print_empty_table(in, create);
    if (!empty) return empty.error();
    auto stored = stored_name_of(create->into->rel->relname);
    if (!stored) return stored.error();
    const std::string table = print::quote_qualified(temporary_schema, *stored);
    if (auto done = keep_rows(in, **rows, keeping_aside(**rows, table), false); !done) return done.error();
    PrintedStatement printed = std::move((*rows)->printed);
    printed.spans = std::move(empty->spans);
    printed.paid =
        PaidSteps{.own = std::move(empty->text),
                  .runs = PaidSteps::Own::first,
                  .before = {"CREATE TEMPORARY TABLE " + std::string(aside) + " (\"rows\" " + table + "[])"},
                  .behind = written_from_aside(table)};
    return printed;
}

}  // namespace sql::edits
