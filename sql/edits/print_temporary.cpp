#include "sql/edits/print_temporary.hpp"

#include "sql/edits/errors.hpp"
#include "sql/edits/paid_table.hpp"
#include "sql/parse/temporary.hpp"
#include "sql/print/print.hpp"
#include "sql/print/quote.hpp"
#include "sql/resolve/relation_name.hpp"
#include "sql/resolve/temporary_names.hpp"
#include "sql/temporary.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

constexpr const char* plain_table_hint = "Write CREATE TEMPORARY TABLE name (columns) or ... AS SELECT.";

/// The name, with its schema if it has one, becomes the one that the database knows.
Result<void> rename(RangeVar* name, const parse::Tokens& tokens, parse::TreeMemory& memory,
                    print::EditList& edits) {
    auto stored = stored_name_of(name->relname);
    if (!stored) {
        Error error = stored.error();
        error.offset = static_cast<std::size_t>(name->location);
        return error;
    }
    const std::size_t first = tokens.token_at(name->location);
    const std::size_t last = first + (name->schemaname != nullptr ? 2 : 0);
    edits.replace(tokens.all()[first].begin, tokens.all()[last].end,
                  print::quote_qualified(temporary_schema, *stored));
    name->schemaname = memory.string(temporary_schema);
    name->relname = memory.string(*stored);
    return {};
}

Result<void> check_constraint(const Constraint* constraint) {
    switch (constraint->contype) {
        case CONSTR_NULL:
        case CONSTR_NOTNULL:
        case CONSTR_DEFAULT:
        case CONSTR_IDENTITY: break;
        case CONSTR_PRIMARY:
        case CONSTR_UNIQUE:
            // It would name an index, among whose names the database looks for those in its functions.
            if (constraint->conname != nullptr)
                return unsupported("a named constraint with an index is not supported for a temporary table",
                                   "Leave CONSTRAINT and the name out.", constraint->location);
            if (constraint->options == nullptr && constraint->indexspace == nullptr) break;
            return unsupported("an index of a temporary table with storage options is not supported",
                               "Leave the options out.", constraint->location);
        default:
            return unsupported("this constraint is not supported for a temporary table",
                               "NOT NULL, DEFAULT, PRIMARY KEY, UNIQUE and GENERATED ... AS IDENTITY are.",
                               constraint->location);
    }
    if (constraint->contype == CONSTR_IDENTITY && constraint->options != nullptr)
        return unsupported("options of an identity column are not supported for a temporary table",
                           "Write GENERATED ALWAYS AS IDENTITY without options.", constraint->location);
    return {};
}

Result<void> check_constraints(const List* constraints) {
    for (int i = 0; i < list_length(constraints); ++i) {
        if (auto done = check_constraint(static_cast<const Constraint*>(list_nth(constraints, i))); !done)
            return done;
    }
    return {};
}

Result<void> check_element(const Node* element) {
    if (IsA(element, Constraint)) return check_constraint(reinterpret_cast<const Constraint*>(element));
    if (!IsA(element, ColumnDef)) {
        return unsupported(
            "LIKE is not supported for a temporary table",
            "Write CREATE TEMPORARY TABLE name AS SELECT ... LIMIT 0, which has the columns that the "
            "role sees.");
    }
    const auto* column = reinterpret_cast<const ColumnDef*>(element);
    if (column->compression != nullptr || column->fdwoptions != nullptr)
        return unsupported("options of a column are not supported for a temporary table", plain_table_hint,
                           column->location);
    return check_constraints(column->constraints);
}

/// Where the words WITH [NO] DATA begin, or the statement ends.
std::size_t end_of_query(const Printing& in) {
    const auto words = in.tokens.within(in.statement.begin, in.statement.end);
    const std::size_t end = words.size();
    if (end > 2 && words[end - 1].is_keyword("data")) {
        const std::size_t with = end - (words[end - 2].is_keyword("no") ? 3 : 2);
        if (words[with].is_keyword("with")) return words[with].begin;
    }
    return in.statement.end;
}

}  // namespace

Result<void> adapt_create_as(CreateTableAsStmt* create, const parse::Tokens& tokens, Shared& shared,
                             print::EditList& edits) {
    IntoClause* into = create->into;
    if (parse::temporary_made_by(reinterpret_cast<Node*>(create)) == nullptr ||
        !IsA(create->query, SelectStmt) || into->accessMethod != nullptr || into->options != nullptr ||
        into->tableSpaceName != nullptr)
        return unsupported("this form of CREATE TABLE AS is not supported", plain_table_hint);
    return rename(into->rel, tokens, shared.memory, edits);
}

Result<void> adapt_create(CreateStmt* create, const parse::Tokens& tokens, Shared& shared,
                          print::EditList& edits) {
    if (parse::temporary_made_by(reinterpret_cast<Node*>(create)) == nullptr ||
        create->inhRelations != nullptr || create->partbound != nullptr || create->partspec != nullptr ||
        create->ofTypename != nullptr || create->options != nullptr || create->tablespacename != nullptr ||
        create->accessMethod != nullptr)
        return unsupported("this form of CREATE TEMPORARY TABLE is not supported", plain_table_hint);
    for (int i = 0; i < list_length(create->tableElts); ++i) {
        if (auto done = check_element(static_cast<const Node*>(list_nth(create->tableElts, i))); !done)
            return done;
    }
    if (auto done = check_constraints(create->constraints); !done) return done;
    return rename(create->relation, tokens, shared.memory, edits);
}

// What is added to the query stands at its end: WITH DATA is left out, WITH NO DATA put behind all of it.
Result<PrintedStatement> print_create_as(const Printing& in, CreateTableAsStmt* meant) {
    const std::size_t end = end_of_query(in);
    const char* kept = in.memory.string(in.tokens.text().substr(0, end));
    auto tokens = parse::Tokens::of(in.memory, kept);
    if (!tokens) return tokens.error();
    const parse::Statement without{in.statement.node, in.statement.begin, end};
    const Printing without_data{without, *tokens, in.memory, in.catalog, in.names, in.treatment};
    // IF NOT EXISTS, where it does: then nothing is read, and nobody is counted.
    const bool exists = in.catalog.relation(temporary_schema, meant->into->rel->relname) != nullptr;
    if (exists && meant->if_not_exists && !in.treatment.counted.empty()) meant->into->skipData = true;
    if (auto paid = print_paid_table(without_data, meant)) return std::move(*paid);
    auto printed = print_select(without_data, reinterpret_cast<Node*>(meant));
    if (printed && meant->into->skipData) printed->text += " WITH NO DATA";
    return printed;
}

// The INTO stands in the middle of a query; the table's name before it is the form that the rest is made for.
Result<PrintedStatement> print_select_into(const Printing& in, Node*& meant) {
    const RangeVar* name = parse::temporary_made_by(meant);
    const auto all = in.tokens.all();
    const std::size_t named = in.tokens.token_at(name->location);
    std::size_t into = named;
    while (into > 0 && !all[into].is_keyword("into"))
        --into;
    const auto begin = in.tokens.within(in.statement.begin, in.statement.end).front().begin;
    const auto behind = all[named + (name->schemaname != nullptr ? 2 : 0)].end;
    const std::string_view text = in.tokens.text();
    const std::string rewritten = "CREATE TEMPORARY TABLE " + print::quote_identifier(name->relname) +
                                  " AS " + std::string(text.substr(begin, all[into].begin - begin)) +
                                  std::string(text.substr(behind, in.statement.end - behind));
    return print_in_other_words(
        in, rewritten, unsupported("this form of SELECT INTO is not supported", plain_table_hint), meant);
}

Result<PrintedStatement> print_drop(const Printing& in, DropStmt* meant) {
    const auto names = resolve::temporary_dropped(meant, in.catalog, in.names);
    if (!names || meant->concurrent)
        return unsupported("only temporary tables of this session and their indexes can be dropped", "");
    PrintedStatement result;
    result.text = meant->removeType == OBJECT_INDEX ? "DROP INDEX " : "DROP TABLE ";
    if (meant->missing_ok) result.text += "IF EXISTS ";
    meant->objects = nullptr;
    for (const std::string& name : *names) {
        result.text +=
            (meant->objects == nullptr ? "" : ", ") + print::quote_qualified(temporary_schema, name);
        List* parts = in.memory.append(nullptr, in.memory.string_node(temporary_schema));
        parts = in.memory.append(parts, in.memory.string_node(name));
        meant->objects = in.memory.append(meant->objects, parts);
    }
    if (meant->behavior == DROP_CASCADE) result.text += " CASCADE";
    return result;
}

Result<PrintedStatement> print_truncate(const Printing& in, TruncateStmt* meant) {
    PrintedStatement result;
    result.text = "TRUNCATE ";
    for (int i = 0; i < list_length(meant->relations); ++i) {
        auto* name = static_cast<RangeVar*>(list_nth(meant->relations, i));
        auto found = resolve::relation_named(name, in.catalog, in.names);
        if (!found) return found.error();
        if (!(*found)->temporary())
            return unsupported("only temporary tables of this session can be truncated", "");
        result.text += (i == 0 ? "" : ", ") + printed_name(**found);
        name->schemaname = in.memory.string(temporary_schema);
        name->relname = in.memory.string((*found)->stored_name);
        name->inh = true;
    }
    if (meant->restart_seqs) result.text += " RESTART IDENTITY";
    if (meant->behavior == DROP_CASCADE) result.text += " CASCADE";
    return result;
}

}  // namespace sql::edits
