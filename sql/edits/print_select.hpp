#pragma once

#include "sql/edits/print_statement.hpp"
#include "sql/verify/masked_place.hpp"

struct Node;

namespace sql::edits {

/// The columns of a printed query's rows.
struct PrintedColumns {
    std::size_t visible = 0;
    std::vector<std::string> hidden;  // their names, which come last
    bool known = false;
};

/// What is printed, and with what it was looked up.
struct Printing {
    const parse::Statement& statement;
    const parse::Tokens& tokens;
    parse::TreeMemory& memory;
    const Catalog& catalog;
    const NameContext& names;
    const Treatment& treatment;
    std::vector<verify::MaskedPlace>* masked = nullptr;  // for verify_statement
    PrintedColumns* columns = nullptr;                   // told of a query
    bool answers = false;  // the client reads the rows themselves: keys that he asks for are counted there
    bool paid = false;     // a change, of whose people all are paid when it runs (PaidSteps)
};

/// Prints a statement that parse::query_of knows. `meant` is a copy of its tree and becomes what the print
/// must parse to.
[[nodiscard]] Result<PrintedStatement> print_select(const Printing& printing, Node* meant);

/// Prints a query, or what carries one, in words that count its people (print_statement.cpp). `meant` may
/// become another tree.
[[nodiscard]] Result<PrintedStatement> print_query(const Printing& printing, Node*& meant);

/// The same of `text`, ours, in place of the client's statement: `meant` becomes its tree, and no place in it
/// is one of the client's text. `refusal` is the error for a text that is no single statement.
[[nodiscard]] Result<PrintedStatement> print_in_other_words(const Printing& printing, std::string_view text,
                                                            const Error& refusal, Node*& meant);

}  // namespace sql::edits
