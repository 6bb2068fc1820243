#include "sql/edits/rewordings.hpp"

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "sql/edits/anti_joins.hpp"
#include "sql/edits/bounded_parameters.hpp"
#include "sql/edits/computed_columns.hpp"
#include "sql/edits/constant_queries.hpp"
#include "sql/edits/constant_tables.hpp"
#include "sql/edits/distinct_counts.hpp"
#include "sql/edits/durations.hpp"
#include "sql/edits/exists_limits.hpp"
#include "sql/edits/flatten.hpp"
#include "sql/edits/inline_with.hpp"
#include "sql/edits/join_conditions.hpp"
#include "sql/edits/joined_sub_select.hpp"
#include "sql/edits/least_times.hpp"
#include "sql/edits/outer_clauses.hpp"
#include "sql/edits/outer_join_conditions.hpp"
#include "sql/edits/plain_choices.hpp"
#include "sql/edits/plain_searches.hpp"
#include "sql/edits/regrouped.hpp"
#include "sql/edits/semi_joins.hpp"
#include "sql/edits/top_groups.hpp"
#include "sql/edits/views_in_place.hpp"
#include "sql/edits/whole_totals.hpp"
#include "sql/parse/carried.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

// Each rewording is a parse of the whole.
constexpr int most_rewordings = 128;
constexpr std::size_t most_reworded = 1024UL * 1024;  // bytes, of all of them together
constexpr std::size_t most_longer = 48UL * 1024;      // than what the client wrote

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

/// nullptr: it is no query.
const SelectStmt* select_in(const Words& words) {
    const Node* query = parse::innermost(words.statement);
    return IsA(query, SelectStmt) ? reinterpret_cast<const SelectStmt*>(query) : nullptr;
}

/// With one query of WITH, or of FROM, less, or one that is plainer. nullopt: none can be.
std::optional<std::string> one_query_less(const Printing& in, const Words& words) {
    const SelectStmt* select = select_in(words);
    if (select == nullptr) return std::nullopt;
    const auto& [statement, tokens, begin, end] = words;
    const Catalog& catalog = in.catalog;
    const NamedTables tables(select, catalog, in.names);
    if (auto text = with_view_in_place(tokens, begin, end, select, tables, in.treatment, Lists::rows))
        return text;
    if (auto text = without_limit_in_exists(tokens, begin, end, select)) return text;
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
    if (auto text = with_whole_total_in_numeric(tokens, begin, end, select, tables)) return text;
    if (auto text = with_least_time_cut(tokens, begin, end, select)) return text;
    if (auto text = with_bounded_parameter(tokens, begin, end, select)) return text;
    return with_plain_choices(tokens, begin, end, select, tables);
}

std::optional<std::string> one_search_more(const Printing& in, const Words& words,
                                           const std::set<std::string_view>& searchable) {
    const auto& [statement, tokens, begin, end] = words;
    if (auto text = with_plain_search(in.memory, tokens, begin, end, parse::innermost(statement), searchable))
        return text;
    const SelectStmt* select = select_in(words);
    if (select == nullptr) return std::nullopt;
    if (auto text = with_constants_in_place(tokens, begin, end, select, in.catalog)) return text;
    return with_constant_table_in_place(tokens, begin, end, select, in.catalog);
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

}  // namespace

std::optional<Words> in_fewer_brackets(const Printing& in) {
    return in_other_words(in, in.statement.node, [&](const Words& words) {
        return with_clauses_inside(words.tokens, words.begin, words.end, words.statement);
    });
}

std::optional<Words> in_plainer_words(const Printing& in, Node* statement) {
    return in_other_words(in, statement, [&](const Words& words) { return one_query_less(in, words); });
}

std::optional<Words> in_groups_of_rows(const Printing& in, Node* statement) {
    bool regrouped = false;
    auto said = in_other_words(in, statement, [&](const Words& words) -> std::optional<std::string> {
        const SelectStmt* select = select_in(words);
        if (select == nullptr) return std::nullopt;
        const NamedTables tables(select, in.catalog, in.names);
        if (auto text = with_view_in_place(words.tokens, words.begin, words.end, select, tables, in.treatment,
                                           Lists::groups))
            return text;
        auto text = with_groups_of_rows(in.memory, words.tokens, words.begin, words.end, select, tables,
                                        in.treatment);
        regrouped = regrouped || text;
        return text;
    });
    return regrouped ? std::move(said) : std::nullopt;
}

std::optional<Words> in_words_to_search(const Printing& in) {
    const auto searchable = searchable_names(in.treatment, in.catalog);
    if (searchable.empty()) return std::nullopt;
    return in_other_words(in, in.statement.node,
                          [&](const Words& words) { return one_search_more(in, words, searchable); });
}

}  // namespace sql::edits
