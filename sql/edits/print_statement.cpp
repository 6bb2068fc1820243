#include "sql/edits/print_statement.hpp"

#include <optional>
#include <utility>

#include "sql/edits/asked_first.hpp"
#include "sql/edits/paged_union.hpp"
#include "sql/edits/paid_insert.hpp"
#include "sql/edits/print_alter.hpp"
#include "sql/edits/print_copy.hpp"
#include "sql/edits/print_like.hpp"
#include "sql/edits/print_select.hpp"
#include "sql/edits/print_temporary.hpp"
#include "sql/edits/rewordings.hpp"
#include "sql/parse/carried.hpp"
#include "sql/parse/temporary.hpp"
#include "sql/print/print.hpp"
#include "sql/print/quote.hpp"
#include "sql/resolve/relation_name.hpp"
#include "sql/verify/verify.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

/// Statements that are printed as they are; what each may hold the policy has decided.
bool is_plain(const Node* statement) {
    switch (nodeTag(statement)) {
        case T_TransactionStmt:
        case T_VariableSetStmt:
        case T_ConstraintsSetStmt:
        case T_VariableShowStmt:
        case T_DiscardStmt:
        case T_DeallocateStmt:
        case T_FetchStmt:
        case T_ClosePortalStmt:
        case T_ListenStmt:
        case T_UnlistenStmt:
        case T_NotifyStmt:
        case T_LockStmt: return true;
        default: return false;  // everything else is refused
    }
}

/// Where people are counted, MOVE is said as FETCH: how many rows it passed over tells of everybody in them.
void count_moves(const Printing& in, Node* meant, print::EditList& edits) {
    if (!IsA(meant, FetchStmt) || in.treatment.counted.empty()) return;
    auto* move = reinterpret_cast<FetchStmt*>(meant);
    if (!move->ismove) return;
    move->ismove = false;
    const parse::Token& word = in.tokens.within(in.statement.begin, in.statement.end).front();
    edits.replace(word.begin, word.end, "FETCH");
}

/// FETCH and MOVE to a row that is not the next one or the last: where it stands tells of those between.
bool jumps(const Printing& in, const Node* meant) {
    if (!IsA(meant, FetchStmt) || in.treatment.counted.empty()) return false;
    const auto* fetch = reinterpret_cast<const FetchStmt*>(meant);
    return (fetch->direction == FETCH_ABSOLUTE || fetch->direction == FETCH_RELATIVE) &&
           (fetch->howMany > 1 || fetch->howMany < -1);
}

/// The tables of LOCK, with their schemas.
Result<void> qualify_locked(const Printing& in, Node* meant, print::EditList& edits) {
    if (!IsA(meant, LockStmt)) return {};
    const ListCell* c = nullptr;
    foreach (c, reinterpret_cast<LockStmt*>(meant)->relations) {
        auto* name = static_cast<RangeVar*>(lfirst(c));
        auto relation = resolve::relation_named(name, in.catalog, in.names);
        if (!relation) return relation.error();
        if ((*relation)->temporary()) {
            return Error{.code = Errc::unsupported,
                         .message = "a temporary table cannot be locked",
                         .hint = "Nobody else can use it.",
                         .offset = static_cast<std::size_t>(name->location)};
        }
        if (name->schemaname != nullptr) continue;
        name->schemaname = in.memory.string((*relation)->schema);
        edits.insert_before(static_cast<std::size_t>(name->location),
                            print::quote_identifier((*relation)->schema) + ".");
    }
    return {};
}

Result<PrintedStatement> print_plain(const Printing& in, Node* meant) {
    print::EditList edits;
    if (auto done = qualify_locked(in, meant, edits); !done) return done.error();
    count_moves(in, meant, edits);
    auto printed = print::print(in.tokens, in.statement.begin, in.statement.end, edits);
    if (!printed) return printed.error();
    PrintedStatement result;
    result.text = std::move(printed->text);
    result.spans = std::move(printed->spans);
    result.empty_answers = jumps(in, meant);
    return result;
}

/// Of words of ours: no place in them is one of the client's text.
Result<PrintedStatement> with_no_places(Result<PrintedStatement> printed) {
    if (printed) {
        printed->spans.clear();
        return printed;
    }
    Error error = printed.error();
    error.offset.reset();
    return error;
}

/// Prints `said`, in which no place is one of the client's text. `meant` becomes what the print must parse
/// to, and stays as it is where there is none.
template <class Print>
Result<PrintedStatement> print_words(const Printing& in, const Words& said,
                                     std::vector<verify::MaskedPlace>* masked, const Print& print_tree,
                                     Node*& meant) {
    const parse::Statement statement{said.statement, said.begin, said.end};
    Node* tree = in.memory.copy(said.statement);
    auto printed = print_tree(
        Printing{statement, said.tokens, in.memory, in.catalog, in.names, in.treatment, masked, in.columns},
        tree);
    if (printed) meant = tree;
    return with_no_places(std::move(printed));
}

/// Whom OFFSET skips in a UNION is carried by a query around it.
std::optional<std::string> in_words_that_count(const Printing& in, Node* meant) {
    const Node* query = parse::innermost(meant);
    if (in.treatment.counted.empty() || !IsA(query, SelectStmt) ||
        !is_paged_union(reinterpret_cast<const SelectStmt*>(query)))
        return std::nullopt;
    return with_paging_outside(in.tokens, in.statement.begin, in.statement.end,
                               reinterpret_cast<const SelectStmt*>(query));
}

/// In steps, where its people cannot be counted by what it returns.
Result<PrintedStatement> print_change(const Printing& in, Node* meant) {
    auto printed = print_select(in, meant);
    const bool counted = printed ? !printed->holds_keys : printed.error().code != Errc::not_countable;
    if (counted) return printed;
    std::optional<Result<PrintedStatement>> paid;
    if (IsA(in.statement.node, InsertStmt))
        paid = print_paid_insert(in, reinterpret_cast<const InsertStmt*>(in.statement.node));
    if (IsA(in.statement.node, MergeStmt) || IsA(in.statement.node, UpdateStmt)) paid = print_asked_first(in);
    if (!paid || (!*paid && paid->error().code == Errc::not_countable)) return printed;
    return std::move(*paid);
}

/// Makes of `meant`, a copy of the statement's tree, what the print must parse to.
Result<PrintedStatement> print_as(const Printing& in, Node*& meant) {
    if (is_plain(meant)) return print_plain(in, meant);
    if (IsA(meant, SelectStmt) && parse::temporary_made_by(meant) != nullptr)
        return print_select_into(in, meant);
    if (IsA(meant, CreateTableAsStmt))
        return print_create_as(in, reinterpret_cast<CreateTableAsStmt*>(meant));
    switch (nodeTag(parse::innermost(meant))) {
        case T_SelectStmt: {
            Printing answer = in;
            answer.answers = IsA(meant, SelectStmt);
            return print_query(answer, meant);
        }
        case T_InsertStmt:
        case T_UpdateStmt:
        case T_MergeStmt: return print_change(in, meant);
        case T_DeleteStmt:
        case T_ExecuteStmt:
        case T_CallStmt:
        case T_IndexStmt: return print_select(in, meant);
        case T_CreateStmt:
            return is_like_another(reinterpret_cast<CreateStmt*>(meant)) ? print_create_like(in, meant)
                                                                         : print_select(in, meant);
        case T_VacuumStmt: return print_analyze(in, reinterpret_cast<VacuumStmt*>(meant));
        case T_DropStmt: return print_drop(in, reinterpret_cast<DropStmt*>(meant));
        case T_TruncateStmt: return print_truncate(in, reinterpret_cast<TruncateStmt*>(meant));
        case T_AlterTableStmt: return print_alter(in, reinterpret_cast<AlterTableStmt*>(meant));
        case T_RenameStmt: return print_rename(in, reinterpret_cast<RenameStmt*>(meant));
        case T_CopyStmt: {
            auto* copy = reinterpret_cast<CopyStmt*>(meant);
            return copy->is_from ? print_copy_from(in, copy) : print_table_copy(in, copy);
        }
        default: return Error{.code = Errc::unsupported, .message = "this statement is not supported yet"};
    }
}

}  // namespace

Result<PrintedStatement> print_query(const Printing& in, Node*& meant) {
    if (const auto text = in_words_that_count(in, meant)) {
        return print_in_other_words(
            in, *text,
            Error{.code = Errc::not_countable,
                  .message = "the people whom OFFSET skips here cannot be counted",
                  .hint = "Write SELECT * FROM (...) AS x ORDER BY ... OFFSET ... around it."},
            meant);
    }
    if (!in.treatment.aggregates_only) return print_select(in, meant);
    if (const auto rows = in_groups_of_rows(in, meant)) {
        if (auto printed = print_words(in, *rows, nullptr, print_query, meant)) return printed;
    }
    Node* again = in.memory.copy(meant);
    auto printed = print_select(in, meant);
    if (printed || printed.error().code != Errc::not_aggregated) return printed;
    const auto plain = in_plainer_words(in, again);
    if (!plain) return printed;
    auto flattened = print_words(in, *plain, nullptr, print_select, again);
    if (!flattened && flattened.error().code == Errc::not_aggregated) return printed;
    meant = again;
    return flattened;
}

Result<PrintedStatement> print_statement(const parse::Statement& statement, const parse::Tokens& tokens,
                                         parse::TreeMemory& memory, const Catalog& catalog,
                                         const NameContext& names, const Treatment& treatment) {
    std::vector<verify::MaskedPlace> masked;
    const Printing printing{statement, tokens, memory, catalog, names, treatment, &masked};
    if (const auto fewer = in_fewer_brackets(printing)) {
        auto printed = print_statement({fewer->statement, fewer->begin, fewer->end}, fewer->tokens, memory,
                                       catalog, names, treatment);
        return with_no_places(std::move(printed));
    }
    Node* meant = memory.copy(statement.node);
    auto printed = print_as(printing, meant);
    if (printed && !printed->compared_masks.empty()) {
        std::vector<verify::MaskedPlace> places;
        if (const auto searching = in_words_to_search(printing)) {
            auto found = print_words(printing, *searching, &places, print_as, meant);
            if (found) {
                printed = std::move(found);
                masked = std::move(places);
            }
        }
    }
    if (!printed || printed->paid) return printed;  // whose statements were verified one by one
    if (auto done = verify::verify_statement(memory, printed->text, meant, catalog, treatment, masked); !done)
        return done.error();
    return printed;
}

}  // namespace sql::edits
