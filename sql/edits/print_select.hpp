#pragma once

#include "sql/edits/print_statement.hpp"
#include "sql/verify/masked_place.hpp"

struct Node;

namespace sql::edits {

/// What is printed, and with what it was looked up.
struct Printing {
    const parse::Statement& statement;
    const parse::Tokens& tokens;
    parse::TreeMemory& memory;
    const Catalog& catalog;
    const NameContext& names;
    const Treatment& treatment;
    std::vector<verify::MaskedPlace>* masked = nullptr;  // for verify_statement
};

/// Prints a statement that parse::query_of knows. `meant` is a copy of its tree and becomes what the print
/// must parse to.
[[nodiscard]] Result<PrintedStatement> print_select(const Printing& printing, Node* meant);

}  // namespace sql::edits
