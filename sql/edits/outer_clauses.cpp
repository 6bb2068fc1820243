#include "sql/edits/outer_clauses.hpp"

#include <algorithm>
#include <initializer_list>
#include <span>
#include <string_view>

#include "sql/parse/tree_memory.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

bool is_any_word(const parse::Token& token, std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(words, [&](std::string_view word) { return token.is_keyword(word); });
}

/// Where the token before a bracket lets a whole query stand in it, of which clauses follow. Behind a set
/// operation they are the operation's.
bool may_stand_before(const parse::Token& token) {
    return token.is_op("(") || token.is_op(")") || token.kind == parse::TokenKind::identifier ||
           is_any_word(token, {"as", "for"});
}

/// ORDER BY, LIMIT, OFFSET, FETCH, FOR UPDATE and its kind.
bool begins_outer_clause(std::span<const parse::Token> all, std::size_t at) {
    if (at + 1 >= all.size()) return false;
    if (all[at].is_keyword("for")) return is_any_word(all[at + 1], {"update", "no", "share", "key"});
    return is_any_word(all[at], {"order", "limit", "offset", "fetch"});
}

// Each is a parse of the whole.
constexpr int most_tries = 8;

}  // namespace

std::optional<std::string> with_clauses_inside(const parse::Tokens& tokens, std::size_t begin,
                                               std::size_t end, const Node* statement) {
    const auto all = tokens.all();
    const std::string_view text = tokens.text();
    const std::size_t first = tokens.index_at(begin);
    int tries = 0;
    for (std::size_t open = first; open + 1 < all.size() && all[open].begin < end; ++open) {
        if (!all[open].is_op("(") || (open > first && !may_stand_before(all[open - 1]))) continue;
        const std::size_t close = tokens.closing(open);
        const bool holds_query =
            all[open + 1].is_op("(") || is_any_word(all[open + 1], {"select", "values", "with", "table"});
        if (!holds_query || close + 1 >= all.size() || all[close + 1].begin >= end ||
            !begins_outer_clause(all, close + 1))
            continue;
        if (++tries > most_tries) return std::nullopt;
        std::string plain(text.substr(begin, all[open].begin - begin));
        plain += ' ';
        plain += text.substr(all[open].end, all[close].begin - all[open].end);
        plain += ' ';
        plain += text.substr(all[close].end, end - all[close].end);
        parse::TreeMemory memory;
        const auto parsed = memory.parse(plain);
        if (parsed && list_length(*parsed) == 1 &&
            memory.equal(static_cast<RawStmt*>(linitial(*parsed))->stmt, statement))
            return plain;
    }
    return std::nullopt;
}

}  // namespace sql::edits
