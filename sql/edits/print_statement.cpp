#include "sql/edits/print_statement.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "sql/edits/anti_joins.hpp"
#include "sql/edits/asked_first.hpp"
#include "sql/edits/bounded_parameters.hpp"
#include "sql/edits/computed_columns.hpp"
#include "sql/edits/constant_queries.hpp"
#include "sql/edits/constant_tables.hpp"
#include "sql/edits/distinct_counts.hpp"
#include "sql/edits/durations.hpp"
#include "sql/edits/flatten.hpp"
#include "sql/edits/inline_with.hpp"
#include "sql/edits/join_conditions.hpp"
#include "sql/edits/joined_sub_select.hpp"
#include "sql/edits/outer_join_conditions.hpp"
#include "sql/edits/paged_union.hpp"
#include "sql/edits/paid_insert.hpp"
#include "sql/edits/plain_choices.hpp"
#include "sql/edits/plain_searches.hpp"
#include "sql/edits/print_alter.hpp"
#include "sql/edits/print_copy.hpp"
#include "sql/edits/print_like.hpp"
#include "sql/edits/print_select.hpp"
#include "sql/edits/print_temporary.hpp"
#include "sql/edits/regrouped.hpp"
#include "sql/edits/semi_joins.hpp"
#include "sql/edits/top_groups.hpp"
#include "sql/edits/views_in_place.hpp"
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

// Each rewording is a parse of the whole.
constexpr int most_rewordings = 128;
constexpr std::size_t most_reworded = 1024UL * 1024;  // bytes, of all of them together
constexpr std::size_t most_longer = 48UL * 1024;      // than what the client wrote

/// A statement, and the text that it stands in.
struct Words {
    Node* statement;
    parse::Tokens tokens;
    std::size_t begin;
    std::size_t end;
};

/// The statement as `change` says it, which gives the text with one change as long as there is one. nullopt:
/// there is none, or they are too many or too long.
template <class Change>
std::optional<Words> in_other_words(const Printing& in, Node* statement, const Change& change) {
    Words words{statement, in.tokens, in.statement.begin, in.statement.end};
    const std::size_t longest = words.end - words.begin + most_longer;
    std::size_t reworded = 0;
    for (int changes = 0; changes <= most_rewordings; ++changes) {
        const std::optional<std::string> text = change(words);
        if (!text) return changes == 0 ? std::nullopt : std::optional(std::move(words));
        reworded += text->size();
        if (text->size() > longest || (changes > 0 && reworded > most_reworded)) return std::nullopt;
        const char* kept = in.memory.string(*text);
        auto parsed = in.memory.parse(kept);
        auto tokens = parse::Tokens::of(in.memory, kept);
        if (!parsed || list_length(*parsed) != 1 || !tokens) return std::nullopt;
        words = {static_cast<RawStmt*>(linitial(*parsed))->stmt, std::move(*tokens), 0, text->size()};
    }
    return std::nullopt;
}

/// With one query of WITH, or of FROM, less, or one that is plainer. nullopt: none can be.
std::optional<std::string> one_query_less(const parse::Tokens& tokens, std::size_t begin, std::size_t end,
                                          const Node* query, const Catalog& catalog, const NameContext& names,
                                          const Treatment& treatment) {
    if (!IsA(query, SelectStmt)) return std::nullopt;
    const auto* select = reinterpret_cast<const SelectStmt*>(query);
    const NamedTables tables(select, catalog, names);
    if (auto text = with_view_in_place(tokens, begin, end, select, tables, treatment, Lists::rows))
        return text;
    if (auto text = without_a_sub_select(tokens, begin, end, select)) return text;
    if (auto text = with_join_conditions_outside(tokens, begin, end, select)) return text;
    if (auto text = with_computed_columns_outside(tokens, begin, end, select, catalog)) return text;
    if (auto text = with_joined_tables_outside(tokens, begin, end, select, catalog)) return text;
    if (auto text = with_query_in_place(tokens, begin, end, select, catalog)) return text;
    if (auto text = with_constants_in_place(tokens, begin, end, select, catalog)) return text;
    if (auto text = with_constant_table_in_place(tokens, begin, end, select, catalog)) return text;
    if (auto text = with_groups_chosen_in_having(tokens, begin, end, select, catalog)) return text;
    if (auto text = with_distinct_rows_counted(tokens, begin, end, select, tables)) return text;
    if (auto text = with_anti_join_as_condition(tokens, begin, end, select, tables)) return text;
    if (auto text = with_semi_join_as_join(tokens, begin, end, select, tables)) return text;
    if (auto text = with_outer_join_conditions_outside(tokens, begin, end, select, tables)) return text;
    if (auto text = with_durations_in_seconds(tokens, begin, end, select, tables)) return text;
    if (auto text = with_bounded_parameter(tokens, begin, end, select)) return text;
    return with_plain_choices(tokens, begin, end, select, tables);
}

/// Rows of people as the table that they come from, where they come out of a plain sub-select, or query of
/// WITH, that no groups may be made over.
std::optional<Result<PrintedStatement>> print_flattened(const Printing& in, Node*& meant) {
    auto said = in_other_words(in, meant, [&](const Words& words) {
        return one_query_less(words.tokens, words.begin, words.end, parse::innermost(words.statement),
                              in.catalog, in.names, in.treatment);
    });
    if (!said) return std::nullopt;
    const parse::Statement flat{said->statement, said->begin, said->end};
    auto printed =
        print_select({flat, said->tokens, in.memory, in.catalog, in.names, in.treatment, nullptr, in.columns},
                     said->statement);
    if (!printed) {
        Error error = printed.error();
        error.offset.reset();
        return error;
    }
    printed->spans.clear();
    meant = said->statement;
    return printed;
}

/// Groups of groups as groups of rows. nullopt: there are none, or they cannot be said so.
std::optional<Result<PrintedStatement>> print_regrouped(const Printing& in, Node*& meant) {
    bool regrouped = false;
    auto said = in_other_words(in, meant, [&](const Words& words) -> std::optional<std::string> {
        const Node* query = parse::innermost(words.statement);
        if (!IsA(query, SelectStmt)) return std::nullopt;
        const auto* select = reinterpret_cast<const SelectStmt*>(query);
        const NamedTables tables(select, in.catalog, in.names);
        if (auto text = with_view_in_place(words.tokens, words.begin, words.end, select, tables, in.treatment,
                                           Lists::groups))
            return text;
        auto text = with_groups_of_rows(in.memory, words.tokens, words.begin, words.end, select, tables,
                                        in.treatment);
        regrouped = regrouped || text;
        return text;
    });
    if (!said || !regrouped) return std::nullopt;
    const parse::Statement rows{said->statement, said->begin, said->end};
    Node* statement = in.memory.copy(said->statement);
    auto printed = print_query(
        {rows, said->tokens, in.memory, in.catalog, in.names, in.treatment, nullptr, in.columns}, statement);
    if (!printed) return std::nullopt;
    printed->spans.clear();
    meant = statement;
    return printed;
}

std::optional<std::string> one_search_more(parse::TreeMemory& memory, const parse::Tokens& tokens,
                                           std::size_t begin, std::size_t end, Node* query,
                                           const Catalog& catalog,
                                           const std::set<std::string_view>& searchable) {
    if (auto text = with_plain_search(memory, tokens, begin, end, query, searchable)) return text;
    if (!IsA(query, SelectStmt)) return std::nullopt;
    const auto* select = reinterpret_cast<const SelectStmt*>(query);
    if (auto text = with_constants_in_place(tokens, begin, end, select, catalog)) return text;
    return with_constant_table_in_place(tokens, begin, end, select, catalog);
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

/// The names of the columns that may be searched.
std::set<std::string_view> searchable_names(const Treatment& treatment, const Catalog& catalog) {
    std::set<std::string_view> names;
    if (treatment.aggregates_only) return names;
    for (const auto& treated : treatment.relations) {
        const Relation* relation =
            treated->searchable.empty() ? nullptr : catalog.relation(treated->relation);
        if (relation == nullptr) continue;
        for (const AttributeNumber number : treated->searchable) {
            if (const Column* column = relation->column(number)) names.insert(column->name);
        }
    }
    return names;
}

/// Where masks would be compared: in words that more exact searches can be made of. nullopt: there are none,
/// or they say nothing that may be asked.
std::optional<Result<PrintedStatement>> print_searching(const Printing& in,
                                                        std::vector<verify::MaskedPlace>& masked,
                                                        Node*& meant) {
    const auto searchable = searchable_names(in.treatment, in.catalog);
    if (searchable.empty()) return std::nullopt;
    auto said = in_other_words(in, in.statement.node, [&](const Words& words) {
        return one_search_more(in.memory, words.tokens, words.begin, words.end,
                               parse::innermost(words.statement), in.catalog, searchable);
    });
    if (!said) return std::nullopt;
    const parse::Statement statement{said->statement, said->begin, said->end};
    meant = in.memory.copy(said->statement);
    auto printed =
        print_as({statement, said->tokens, in.memory, in.catalog, in.names, in.treatment, &masked}, meant);
    if (!printed) return std::nullopt;
    printed->spans.clear();
    return printed;
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
    if (auto regrouped = print_regrouped(in, meant)) return std::move(*regrouped);
    Node* again = in.memory.copy(meant);
    auto printed = print_select(in, meant);
    if (printed || printed.error().code != Errc::not_aggregated) return printed;
    auto flattened = print_flattened(in, again);
    if (!flattened || (!*flattened && flattened->error().code != Errc::not_aggregated)) return printed;
    meant = again;
    return std::move(*flattened);
}

Result<PrintedStatement> print_statement(const parse::Statement& statement, const parse::Tokens& tokens,
                                         parse::TreeMemory& memory, const Catalog& catalog,
                                         const NameContext& names, const Treatment& treatment) {
    Node* meant = memory.copy(statement.node);
    std::vector<verify::MaskedPlace> masked;
    const Printing printing{statement, tokens, memory, catalog, names, treatment, &masked};
    auto printed = print_as(printing, meant);
    if (printed && !printed->compared_masks.empty()) {
        Node* searching = nullptr;
        std::vector<verify::MaskedPlace> places;
        auto found = print_searching(printing, places, searching);
        if (found) {
            printed = std::move(*found);
            meant = searching;
            masked = std::move(places);
        }
    }
    if (!printed || printed->paid) return printed;  // whose statements were verified one by one
    if (auto done = verify::verify_statement(memory, printed->text, meant, catalog, treatment, masked); !done)
        return done.error();
    return printed;
}

}  // namespace sql::edits
