#include "sql/edits/paid_table.hpp"

#include <algorithm>

#include "sql/edits/errors.hpp"
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

bool keeps_counted_people(const PrintedStatement& query) {
    return (!query.hidden.empty() && query.empty_answers) || query.searches();
}

/// The query's own text, behind the AS of CREATE TABLE name AS.
std::size_t begin_of_query(const Printing& in, const CreateTableAsStmt* create) {
    const auto words = in.tokens.within(in.statement.begin, in.statement.end);
    const auto name = static_cast<std::size_t>(std::max(create->into->rel->location, 0));
    const auto as = std::ranges::find_if(
        words, [name](const parse::Token& word) { return word.begin > name && word.is_keyword("as"); });
    return as == words.end() ? in.statement.end : as->end;
}

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : ", ") + print::quote_identifier(name);
    return text;
}

/// What stands around the query where its rows are kept aside and its keys are shown.
struct Frame {
    std::string before;
    std::string behind;
};

// The client's columns are named anew, by their places; the keys have names that no client can give. Were the
// places wrong, a key would not be found, or a row would have other columns than the table: an error of the
// database.
Frame frame_of(const PrintedColumns& columns, const std::string& table) {
    std::vector<std::string> places;
    for (std::size_t i = 1; i <= columns.visible; ++i)
        places.push_back("__tabir_c" + std::to_string(i));
    const std::string visible = listed(places);
    return {.before = "WITH \"__tabir_q\" (" + visible + ") AS MATERIALIZED (",
            .behind = "), \"__tabir_i\" AS (INSERT INTO " + std::string(aside) +
                      " SELECT \"pg_catalog\".\"array_agg\"(ROW(" + visible + ")::" + table +
                      ") FROM \"__tabir_q\") SELECT " + listed(columns.hidden) + " FROM \"__tabir_q\""};
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

/// `printed`, the query as a client could ask it, becomes the statement that keeps its rows aside.
Result<void> keep_aside(const Printing& in, PrintedStatement& printed, Node* query,
                        const PrintedColumns& columns, const std::string& table) {
    const Frame frame = frame_of(columns, table);
    if (auto done = verify::verify_framed(in.memory, frame.before, printed.text, frame.behind, query); !done)
        return done;
    printed.text = frame.before + printed.text + frame.behind;
    for (CopiedSpan& span : printed.spans)
        span.printed += frame.before.size();
    printed.hides_rows = true;
    return {};
}

}  // namespace

std::optional<Result<PrintedStatement>> print_paid_table(const Printing& in,
                                                         const CreateTableAsStmt* create) {
    if (in.treatment.counted.empty() || create->into->skipData || !IsA(create->query, SelectStmt))
        return std::nullopt;
    Node* query = in.memory.copy(create->query);
    const parse::Statement alone{query, begin_of_query(in, create), in.statement.end};
    std::vector<verify::MaskedPlace> masked;
    PrintedColumns columns;
    auto printed = print_query(
        {alone, in.tokens, in.memory, in.catalog, in.names, in.treatment, &masked, &columns}, query);
    if (!printed || !keeps_counted_people(*printed)) return std::nullopt;
    if (auto done =
            verify::verify_statement(in.memory, printed->text, query, in.catalog, in.treatment, masked);
        !done)
        return done.error();
    if (!columns.known || columns.visible == 0 || columns.hidden.size() != printed->hidden.size())
        return not_countable("this query of a temporary table", "Name each of its columns.");

    auto empty = print_empty_table(in, create);
    if (!empty) return empty.error();
    auto stored = stored_name_of(create->into->rel->relname);
    if (!stored) return stored.error();
    const std::string table = print::quote_qualified(temporary_schema, *stored);
    if (auto done = keep_aside(in, *printed, query, columns, table); !done) return done.error();
    printed->paid_table =
        PaidTable{.before = {std::move(empty->text),
                             "CREATE TEMPORARY TABLE " + std::string(aside) + " (\"rows\" " + table + "[])"},
                  .behind = written_from_aside(table)};
    return printed;
}

}  // namespace sql::edits
