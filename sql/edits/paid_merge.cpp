#include "sql/edits/paid_merge.hpp"

#include <algorithm>
#include <set>

#include "sql/edits/counted_relations.hpp"
#include "sql/edits/kept_rows.hpp"
#include "sql/edits/modify_places.hpp"
#include "sql/edits/volatile_functions.hpp"
#include "sql/parse/carried.hpp"
#include "sql/resolve/resolver.hpp"
#include "sql/verify/verify.hpp"

#include "sql/parse/pg_nodes.hpp"

// MERGE has no RETURNING (in PostgreSQL 15) that would carry keys. So whom it will reach is asked for first: by
// the outer join that it makes of its source and its target, in which a row of the source that finds nobody is
// a miss. That both find the same people they must read the same: a source that somebody else can change
// meanwhile could make the MERGE tell of people who were not asked for.
namespace sql::edits {
namespace {

using resolve::FromItem;
using resolve::Modify;
using resolve::Resolution;

bool reads_other_rows(const Resolution& text, const FromItem& target) {
    return std::ranges::any_of(text.items, [&](const FromItem& item) {
        const bool stored = item.kind == FromItem::Kind::relation || item.kind == FromItem::Kind::view;
        return &item != &target && stored && (item.relation == nullptr || !item.relation->temporary());
    });
}

/// Where the first WHEN stands in the text.
std::size_t when_of(const Printing& in, const MergePlaces& places) {
    return in.tokens.all()[places.when].begin;
}

bool gives_other_values(const Resolution& text, std::size_t when) {
    return std::ranges::any_of(text.functions, [&](const resolve::FunctionMention& function) {
        return static_cast<std::size_t>(function.location) < when &&
               (function.schema != "pg_catalog" || is_volatile_function(function.name));
    });
}

/// The outer join that the MERGE makes.
std::string join_of(const Printing& in, const MergePlaces& places) {
    const auto all = in.tokens.all();
    const auto text = in.tokens.text();
    const auto between = [&](std::size_t first, std::size_t last) {
        return std::string(text.substr(all[first].end, all[last].begin - all[first].end));
    };
    const std::size_t merge = places.into - 1;
    return std::string(text.substr(in.statement.begin, all[merge].begin - in.statement.begin)) +
           "SELECT 1 FROM " + between(places.source, places.on) + " LEFT JOIN " +
           between(places.into, places.source) + " ON " + between(places.on, places.when);
}

std::optional<Result<KeptRows>> print_join(const Printing& in, const std::string& text) {
    const char* kept = in.memory.string(text);
    auto parsed = in.memory.parse(kept);
    auto tokens = parse::Tokens::of(in.memory, kept);
    if (!parsed || list_length(*parsed) != 1 || !tokens) return std::nullopt;
    Node* query = static_cast<RawStmt*>(linitial(*parsed))->stmt;
    if (!IsA(query, SelectStmt)) return std::nullopt;
    const parse::Statement alone{query, 0, text.size()};
    return print_kept_rows({alone, *tokens, in.memory, in.catalog, in.names, in.treatment},
                           in.memory.copy(query), "this MERGE");
}

Result<PrintedStatement> print_itself(const Printing& in, const MergeStmt* merge) {
    Node* meant = in.memory.copy(reinterpret_cast<const Node*>(merge));
    std::vector<verify::MaskedPlace> masked;
    Printing itself{in.statement, in.tokens, in.memory, in.catalog, in.names, in.treatment, &masked};
    itself.paid = true;
    auto printed = print_select(itself, meant);
    if (!printed) return printed;
    if (auto done =
            verify::verify_statement(in.memory, printed->text, meant, in.catalog, in.treatment, masked);
        !done)
        return done.error();
    return printed;
}

/// Parameters that stand behind the first WHEN alone.
std::vector<int> parameters_of_actions(const Printing& in, std::size_t when) {
    std::set<int> read;
    std::set<int> unread;
    for (const parse::Token& token : in.tokens.within(in.statement.begin, in.statement.end)) {
        if (token.kind != parse::TokenKind::parameter) continue;
        const int number = std::stoi(std::string(token.value.substr(1)));
        if (token.begin < when) read.insert(number);
        if (!read.contains(number)) unread.insert(number);
    }
    return {unread.begin(), unread.end()};
}

}  // namespace

std::optional<Result<PrintedStatement>> print_paid_merge(const Printing& in, const MergeStmt* merge) {
    if (in.treatment.counted.empty()) return std::nullopt;
    Resolution text;
    const resolve::Surroundings surroundings{
        .catalog = &in.catalog, .names = &in.names, .treatment = &in.treatment};
    resolve::Resolver resolver(surroundings, in.memory, text);
    Node* copy = in.memory.copy(reinterpret_cast<const Node*>(merge));
    if (!resolver.statement(parse::query_of(in.memory, copy)) || text.modifies.size() != 1)
        return std::nullopt;
    const Modify& modify = text.modifies.front();
    const auto places = merge_places(in.tokens, modify);
    if (!places || !CountedRelations(text, in.treatment).contains(*modify.target) ||
        reads_other_rows(text, *modify.target) ||
        gives_other_values(text, when_of(in, *places)))
        return std::nullopt;

    auto rows = print_join(in, join_of(in, *places));
    if (!rows) return std::nullopt;
    if (!*rows) return rows->error();
    auto itself = print_itself(in, merge);
    if (!itself) return itself.error();
    if (auto done = keep_rows(in, **rows, "", false); !done) return done.error();

    PrintedStatement printed = std::move((*rows)->printed);
    printed.spans = std::move(itself->spans);
    printed.searched_values += itself->searched_values;
    std::ranges::move(itself->searched_arrays, std::back_inserter(printed.searched_arrays));
    printed.entered.merge(itself->entered);
    printed.in_clear.merge(itself->in_clear);
    printed.compared_masks = std::move(itself->compared_masks);
    printed.paid = PaidSteps{.own = std::move(itself->text),
                             .runs = PaidSteps::Own::last,
                             .before = {},
                             .behind = {},
                             .unread = parameters_of_actions(in, when_of(in, *places))};
    return printed;
}

}  // namespace sql::edits
