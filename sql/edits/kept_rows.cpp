#include "sql/edits/kept_rows.hpp"

#include "sql/edits/errors.hpp"
#include "sql/print/quote.hpp"
#include "sql/verify/verify.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

bool tells_of_counted_people(const PrintedStatement& query) {
    return (!query.hidden.empty() && query.empty_answers) || query.searches();
}

}  // namespace

std::optional<Result<KeptRows>> print_kept_rows(const Printing& in, Node* query, const std::string& what) {
    std::vector<verify::MaskedPlace> masked;
    KeptRows rows{.printed = {}, .columns = {}, .query = query};
    auto printed = print_query(
        {in.statement, in.tokens, in.memory, in.catalog, in.names, in.treatment, &masked, &rows.columns},
        rows.query);
    if (!printed || !tells_of_counted_people(*printed)) return std::nullopt;
    if (auto done =
            verify::verify_statement(in.memory, printed->text, rows.query, in.catalog, in.treatment, masked);
        !done)
        return done.error();
    rows.printed = std::move(*printed);
    if (!rows.columns.known || rows.columns.visible == 0 ||
        rows.columns.hidden.size() != rows.printed.hidden.size())
        return not_countable(what, "Name each of its columns.");
    return rows;
}

std::optional<Result<KeptRows>> print_kept_rows(const Printing& in, std::string_view text,
                                                const std::string& what) {
    const char* kept = in.memory.string(text);
    auto parsed = in.memory.parse(kept);
    auto tokens = parse::Tokens::of(in.memory, kept);
    if (!parsed || list_length(*parsed) != 1 || !tokens) return std::nullopt;
    Node* query = static_cast<RawStmt*>(linitial(*parsed))->stmt;
    if (!IsA(query, SelectStmt)) return std::nullopt;
    const parse::Statement alone{query, 0, text.size()};
    return print_kept_rows({alone, *tokens, in.memory, in.catalog, in.names, in.treatment},
                           in.memory.copy(query), what);
}

Result<PrintedStatement> print_paid_change(const Printing& in) {
    Node* meant = in.memory.copy(in.statement.node);
    std::vector<verify::MaskedPlace> masked;
    Printing itself{in.statement, in.tokens, in.memory, in.catalog, in.names, in.treatment, &masked};
    itself.paid = true;
    auto printed = print_select(itself, meant);
    if (!printed) return printed;
    auto done = verify::verify_statement(in.memory, printed->text, meant, in.catalog, in.treatment, masked);
    if (!done) return done.error();
    return printed;
}

std::vector<std::string> kept_columns(const KeptRows& rows) {
    std::vector<std::string> names;
    for (std::size_t i = 1; i <= rows.columns.visible; ++i)
        names.push_back("__tabir_c" + std::to_string(i));
    return names;
}

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : ", ") + print::quote_identifier(name);
    return text;
}

// The client's columns are named anew, by their places; the keys have names that no client can give. Were the
// places wrong, a key would not be found, or a row would have other columns than what is written: an error of
// the database.
Result<void> keep_rows(const Printing& in, KeptRows& rows, const std::string& keeping, bool is_read) {
    constexpr std::string_view kept = "\"__tabir_i\"";
    const std::string name(kept_rows_name);
    const std::string before = "WITH " + name + " (" + listed(kept_columns(rows)) + ") AS MATERIALIZED (";
    std::string behind = ")";
    if (!keeping.empty()) behind += ", " + std::string(kept) + " AS (" + keeping + ")";
    behind += " SELECT " + listed(rows.columns.hidden) + " FROM " + name;
    if (is_read) behind += ", " + std::string(kept);

    if (auto done = verify::verify_framed(in.memory, before, rows.printed.text, behind, rows.query); !done)
        return done;
    rows.printed.text = before + rows.printed.text + behind;
    rows.printed.hides_rows = true;
    return {};
}

}  // namespace sql::edits
