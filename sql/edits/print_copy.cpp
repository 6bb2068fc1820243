#include "sql/edits/print_copy.hpp"

#include <algorithm>

#include "sql/edits/rewriter.hpp"
#include "sql/edits/row_filter_text.hpp"
#include "sql/print/print.hpp"
#include "sql/print/quote.hpp"
#include "sql/resolve/copied_table.hpp"
#include "sql/temporary.hpp"

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

// A unique index or a foreign key tells of each value whether another row has it. How many values will be
// sent is not known when the statement is decided, so they cannot be charged as the searches that they are.
Result<void> check_compared_values(const Printing& in, const resolve::FilledTable& table) {
    const RelationTreatment* treated = in.treatment.of(table.relation->oid);
    if (counted_subjects(in.treatment, treated).empty()) return {};
    const auto is_open = [&](AttributeNumber number) {
        return sees_through(*table.relation, *treated, number);
    };
    for (const Column* column : table.columns) {
        if (std::ranges::all_of(table.relation->compared_with(column->number), is_open)) continue;
        return Error{.code = Errc::not_countable,
                     .message = "searches by values that COPY writes into unique column \"" + column->name +
                                "\" cannot be counted",
                     .hint = "Insert the rows as VALUES."};
    }
    return {};
}

/// The WHERE stands last; options stand in brackets before it.
Result<void> print_where(const Printing& in, CopyStmt* meant, const resolve::FilledTable& table,
                         print::EditList& edits) {
    if (meant->whereClause == nullptr) return {};
    if (auto done = resolve::check_copy_condition(meant, table, in.memory); !done) return done;
    const auto tokens =
        in.tokens.within(static_cast<std::size_t>(meant->relation->location), in.statement.end);
    int depth = 0;
    const auto where = std::ranges::find_if(tokens, [&](const parse::Token& token) {
        depth += token.is_op("(") ? 1 : token.is_op(")") ? -1 : 0;
        return depth == 0 && token.is_keyword("where");
    });
    if (where == tokens.end() || where + 1 == tokens.end()) return old_spelling();
    const std::size_t begin = (where + 1)->begin;
    const std::size_t end = (tokens.end() - 1)->end;
    auto printed = print_copy_condition(in.tokens.text().substr(begin, end - begin), *table.relation,
                                        in.catalog, in.names, in.memory);
    if (!printed) return printed.error();
    edits.replace(begin, end, printed->text);
    meant->whereClause = printed->node;
    return {};
}

}  // namespace

Result<PrintedStatement> print_copy_from(const Printing& in, CopyStmt* meant) {
    auto table = resolve::filled_table(meant, in.catalog, in.names);
    if (!table) return table.error();
    if (auto done = check_compared_values(in, *table); !done) return done.error();
    RangeVar* name = meant->relation;
    print::EditList edits;
    const std::size_t tokens_of_name = name->schemaname == nullptr ? 1 : 3;
    if (table->relation->temporary()) {
        const auto named = in.tokens.within(static_cast<std::size_t>(name->location), in.statement.end);
        edits.replace(named.front().begin, named[tokens_of_name - 1].end, printed_name(*table->relation));
        name->schemaname = in.memory.string(table->relation->schema);
        name->relname = in.memory.string(table->relation->stored_name);
    } else if (name->schemaname == nullptr) {
        name->schemaname = in.memory.string(table->relation->schema);
        edits.insert_before(static_cast<std::size_t>(name->location),
                            print::quote_identifier(table->relation->schema) + ".");
    }
    if (meant->attlist == nullptr) {
        // Without a list a column that was added since the catalog was read would be written, too.
        std::string list;
        for (const Column* column : table->columns) {
            list += (list.empty() ? "" : ", ") + print::quote_identifier(column->name);
            meant->attlist = in.memory.append(meant->attlist, in.memory.string_node(column->name));
        }
        const auto tokens = in.tokens.within(static_cast<std::size_t>(name->location), in.statement.end);
        edits.insert_behind(tokens[tokens_of_name - 1].end, "(" + list + ")");
    }
    if (auto done = print_where(in, meant, *table, edits); !done) return done.error();
    auto printed = print::print(in.tokens, in.statement.begin, in.statement.end, edits);
    if (!printed) return printed.error();
    PrintedStatement result;
    result.text = std::move(printed->text);
    result.spans = std::move(printed->spans);
    const RelationTreatment* treated = in.treatment.of(table->relation->oid);
    result.reads_protected = treated != nullptr;
    result.entered = counted_subjects(in.treatment, treated);
    return result;
}

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
