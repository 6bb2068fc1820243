#include "sql/edits/print_copy.hpp"

#include <algorithm>

#include "sql/edits/rewriter.hpp"
#include "sql/print/print.hpp"
#include "sql/resolve/copied_table.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

Error old_spelling() {
    return Error{.code = Errc::unsupported,
                 .message = "this old spelling of COPY is not supported",
                 .hint = "Write COPY ... TO STDOUT WITH (FORMAT ...)."};
}

/// Replaces the table's name and list of columns, which stand before TO.
Result<print::Printed> with_query(const Printing& in, const CopyStmt* copy, const std::string& query) {
    const auto tokens = in.tokens.within(in.statement.begin, in.statement.end);
    const auto is_old = [](const parse::Token& token) { return token.is_keyword("delimiters"); };
    if (tokens[1].is_keyword("binary") || std::ranges::any_of(tokens, is_old)) return old_spelling();
    const auto begin = static_cast<std::size_t>(copy->relation->location);
    const auto to = std::ranges::find_if(
        tokens, [&](const parse::Token& token) { return token.begin > begin && token.is_keyword("to"); });
    if (to == tokens.end() || to == tokens.begin()) return old_spelling();
    print::EditList edits;
    edits.replace(begin, (to - 1)->end, "(" + query + ")");
    return print::print(in.tokens, in.statement.begin, in.statement.end, edits);
}

}  // namespace

Result<PrintedStatement> print_table_copy(const Printing& in, CopyStmt* meant) {
    auto table = resolve::copied_table(meant, in.catalog, in.names, &in.treatment);
    if (!table) return table.error();
    auto fragment = parse::parse_select_fragment(in.memory, table->select);
    if (!fragment) return fragment.error();
    auto tokens = parse::Tokens::of(in.memory, fragment->text);
    if (!tokens) return tokens.error();
    const parse::Statement select{reinterpret_cast<Node*>(fragment->select), 0, fragment->text.size()};
    auto printed =
        print_select({select, *tokens, in.memory, in.catalog, in.names, in.treatment}, select.node);
    if (!printed) {
        Error error = printed.error();
        error.offset = static_cast<std::size_t>(meant->relation->location);
        return error;
    }
    auto whole = with_query(in, meant, printed->text);
    if (!whole) return whole.error();
    meant->relation = nullptr;
    meant->attlist = nullptr;
    meant->query = select.node;
    printed->text = std::move(whole->text);
    printed->spans = std::move(whole->spans);
    return printed;
}

}  // namespace sql::edits
