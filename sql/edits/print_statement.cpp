#include "sql/edits/print_statement.hpp"

#include "sql/edits/rewriter.hpp"
#include "sql/print/print.hpp"
#include "sql/verify/verify.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

/// Statements that are printed as they are; what each may hold the policy has decided.
bool is_plain(const Node* statement) {
    switch (nodeTag(statement)) {
        case T_TransactionStmt:
        case T_VariableSetStmt:
        case T_VariableShowStmt:
        case T_DiscardStmt:
        case T_DeallocateStmt: return true;
        default: return false;  // everything else is refused
    }
}

Error with_offset(Error error, int location) {
    if (!error.offset && location >= 0) error.offset = static_cast<std::size_t>(location);
    return error;
}

}  // namespace

Result<PrintedStatement> print_statement(const parse::Statement& statement, const parse::Tokens& tokens,
                                         parse::TreeMemory& memory, const Catalog& catalog,
                                         const NameContext& names, const Treatment& treatment) {
    PrintedStatement result;
    if (is_plain(statement.node)) {
        auto printed = print::print(tokens, statement.begin, statement.end, {});
        if (!printed) return printed.error();
        if (auto done = verify::verify_plain(memory, printed->text, statement.node); !done)
            return done.error();
        result.text = std::move(printed->text);
        result.spans = std::move(printed->spans);
        return result;
    }
    if (!IsA(statement.node, SelectStmt))
        return Error{.code = Errc::unsupported, .message = "this statement is not supported yet"};

    Node* meant = memory.copy(statement.node);
    const resolve::Surroundings surroundings{.catalog = &catalog, .names = &names, .treatment = &treatment};
    resolve::Resolution resolution;
    resolve::Resolver resolver(surroundings, memory, resolution);
    if (!resolver.statement(reinterpret_cast<SelectStmt*>(meant)))
        return with_offset(resolver.error(), resolver.error_location());

    Shared shared{.catalog = catalog,
                  .treatment = treatment,
                  .memory = memory,
                  .leak_safe = resolution.leak_safe,
                  .locks_rows = resolution.locks_rows};
    Rewriter rewriter(shared, tokens, statement.begin, statement.end, resolution);
    auto keys = rewriter.carry_keys();
    if (!keys) return keys.error();
    auto printed = rewriter.run();
    if (!printed) return printed.error();
    if (auto done = verify::verify_select(memory, printed->text, meant, catalog, treatment); !done)
        return done.error();

    result.text = std::move(printed->text);
    result.spans = std::move(printed->spans);
    for (const KeyColumn& key : *keys)
        result.hidden.push_back({key.subject, key.array_depth, key.searched});
    result.parameter_types = rewriter.parameter_types();
    result.reads_protected = shared.reads_protected;
    result.searched_values = shared.searched_values;
    return result;
}

}  // namespace sql::edits
