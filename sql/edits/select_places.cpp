#include "sql/edits/select_places.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace sql::edits {
namespace {

using parse::Token;
using parse::TokenKind;

// The reserved words that begin a clause. None of them can be a name or a label without AS.
constexpr std::array<std::string_view, 15> clause_words = {
    "into",   "from",  "where", "group",  "having", "window", "union",    "intersect",
    "except", "order", "limit", "offset", "fetch",  "for",    "returning"};

/// ON CONFLICT, behind the SELECT of an INSERT.
bool begins_conflict(std::span<const Token> all, std::size_t i) {
    return all[i].is_keyword("on") && i + 2 < all.size() && all[i + 1].is_keyword("conflict") &&
           (all[i + 2].is_keyword("do") || all[i + 2].is_keyword("on") || all[i + 2].is_op("("));
}

}  // namespace

bool begins_clause(std::span<const Token> all, std::size_t i) {
    if (i > 0 && begins_conflict(all, i)) return true;
    if (all[i].kind != TokenKind::keyword ||
        std::ranges::find(clause_words, all[i].value) == clause_words.end())
        return false;
    const Token& before = all[i - 1];
    if (before.is_keyword("as") || before.is_op(".")) return false;  // a label or a field
    if (all[i].is_keyword("from")) return !before.is_keyword("distinct") && !before.is_keyword("rows");
    if (all[i].is_keyword("group")) return !before.is_keyword("within");
    if (all[i].is_keyword("for")) return !before.is_keyword("collation");
    return true;
}

namespace {

bool ends_select(const Token& token) { return token.is_op(")") || token.is_op("]") || token.is_op(";"); }

// The first clause word at or behind `i`, or the end of the SELECT.
std::size_t next_clause(const parse::Tokens& tokens, std::size_t i) {
    const auto all = tokens.all();
    while (i < all.size() && !ends_select(all[i]) && !begins_clause(all, i)) {
        i = tokens.past(i);
    }
    return std::min(i, all.size());
}

}  // namespace

std::size_t target_end(const parse::Tokens& tokens, std::size_t target) {
    const auto all = tokens.all();
    std::size_t i = target;
    while (i < all.size() && !ends_select(all[i]) && !all[i].is_op(",") && !begins_clause(all, i))
        i = tokens.past(i);
    return std::min(i, all.size());
}

std::size_t end_of_select(const parse::Tokens& tokens, std::size_t i) {
    static constexpr std::array<std::string_view, 10> ends = {
        "union", "intersect", "except", "order", "limit", "offset", "fetch", "for", "returning", "on"};
    const auto all = tokens.all();
    for (i = next_clause(tokens, i); i < all.size() && !ends_select(all[i]); i = next_clause(tokens, i + 1)) {
        if (std::ranges::find(ends, all[i].value) != ends.end()) break;
    }
    return i;
}

SelectPlaces places_of(const parse::Tokens& tokens, std::size_t first_target) {
    const auto all = tokens.all();
    const std::size_t first = first_target;
    SelectPlaces places;
    if (first > 0 && all[first - 1].is_keyword("distinct")) places.distinct = first - 1;
    const auto at = [&](std::size_t i, std::string_view word) {
        return i < all.size() && all[i].is_keyword(word);
    };

    std::size_t i = next_clause(tokens, first);
    places.targets_end = i;
    if (at(i, "from")) places.from = i;
    for (const std::string_view word : {"into", "from"}) {
        if (at(i, word)) i = next_clause(tokens, i + 1);
    }
    places.where = i;
    if (at(i, "where")) i = next_clause(tokens, i + 1);
    places.where_end = i;
    places.grouping = i;
    if (at(i, "group")) i = next_clause(tokens, i + 1);
    places.grouping_end = i;
    places.having = i;
    if (at(i, "having")) i = next_clause(tokens, i + 1);
    places.having_end = i;
    return places;
}

}  // namespace sql::edits
