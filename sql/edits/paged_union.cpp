#include "sql/edits/paged_union.hpp"

#include <string_view>

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

/// The SELECT that the query's text begins with, brackets and WITH aside.
std::optional<std::size_t> first_select(const parse::Tokens& tokens, const SelectStmt* query) {
    while (query->op != SETOP_NONE)
        query = query->larg;
    if (query->targetList == nullptr) return std::nullopt;
    const int location = static_cast<const ResTarget*>(linitial(query->targetList))->location;
    if (location < 0) return std::nullopt;
    std::size_t at = tokens.token_at(location);
    while (at > 0 && !tokens.all()[at].is_keyword("select"))
        --at;
    return tokens.all()[at].is_keyword("select") ? std::optional(at) : std::nullopt;
}

struct Paging {
    std::size_t first = 0;  // ORDER BY, LIMIT, OFFSET or FETCH
    bool skips = false;
};

/// What orders and cuts the rows of the UNION that begins at `at` and is over where a bracket closes.
std::optional<Paging> paging_of(const parse::Tokens& tokens, std::size_t at, std::size_t end) {
    const auto all = tokens.all();
    bool merges = false;
    Paging paging;
    while (at < all.size() && all[at].begin < end && !all[at].is_op(")") && !all[at].is_op(";")) {
        const parse::Token& token = all[at];
        merges = merges || token.is_keyword("union") || token.is_keyword("intersect") ||
                 token.is_keyword("except");
        const bool cuts =
            token.is_keyword("limit") || token.is_keyword("offset") || token.is_keyword("fetch");
        if (paging.first == 0 && (cuts || token.is_keyword("order"))) {
            if (!merges) return std::nullopt;
            paging.first = at;
        }
        paging.skips = paging.skips || token.is_keyword("offset");
        at = tokens.past(at);
    }
    return paging.skips ? std::optional(paging) : std::nullopt;
}

}  // namespace

bool is_paged_union(const SelectStmt* query) {
    return query->op != SETOP_NONE && query->limitOffset != nullptr;
}

std::optional<std::string> with_paging_outside(const parse::Tokens& tokens, std::size_t begin,
                                               std::size_t end, const SelectStmt* query) {
    auto first = first_select(tokens, query);
    if (!first) return std::nullopt;
    const auto all = tokens.all();
    auto paging = paging_of(tokens, *first, end);
    while (!paging && *first > 0 && all[*first - 1].is_op("(") && all[*first - 1].begin >= begin)
        paging = paging_of(tokens, --*first, end);
    if (!paging) return std::nullopt;
    const std::string_view text = tokens.text();
    const std::size_t start = all[*first].begin;
    const std::size_t cut = all[paging->first].begin;
    return std::string(text.substr(begin, start - begin)) + "SELECT * FROM (" +
           std::string(text.substr(start, cut - start)) + ") AS merged " +
           std::string(text.substr(cut, end - cut));
}

}  // namespace sql::edits
