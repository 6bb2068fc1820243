#include <algorithm>
#include <utility>

#include "sql/edits/rewriter.hpp"
#include "sql/print/print.hpp"
#include "sql/print/quote.hpp"

#include "sql/parse/pg_nodes.hpp"

// What stands first tells how many OFFSET skipped: "the second of those who fit is 1" tells of somebody
// before
// 1. So every row carries the keys of the skipped ones: the query is asked a second time for its first rows.
namespace sql::edits {
namespace {

bool is_zero(const Node* node) {
    if (!IsA(node, A_Const)) return false;
    const auto* constant = reinterpret_cast<const A_Const*>(node);
    return constant->isnull || (IsA(&constant->val, Integer) && constant->val.ival.ival == 0);
}

bool skips_rows(const resolve::Query& query) {
    // A sub-query in an expression is copied with every row.
    return query.modify == nullptr && query.place != resolve::Query::Place::expression &&
           query.node->limitOffset != nullptr && !is_zero(query.node->limitOffset);
}

/// The tokens behind OFFSET, up to LIMIT, FETCH, FOR or the query's end.
std::pair<std::size_t, std::size_t> offset_at(const parse::Tokens& tokens, std::size_t cut,
                                              std::size_t close) {
    const auto all = tokens.all();
    std::size_t first = cut;
    while (first < close && !all[first].is_keyword("offset"))
        first = tokens.past(first);
    std::size_t last = std::min(++first, close);
    while (last < close && !all[last].is_keyword("limit") && !all[last].is_keyword("fetch") &&
           !all[last].is_keyword("for") && !all[last].is_keyword("row") && !all[last].is_keyword("rows"))
        last = tokens.past(last);
    return {first, std::min(last, close)};
}

}  // namespace

// Only a SELECT has a place for them.
Result<void> Rewriter::check_skipping(const Query& query) const {
    if (!skips_rows(query)) return {};
    return Error{.code = Errc::not_countable,
                 .message = "the people whom OFFSET skips here cannot be counted",
                 .hint = "Write SELECT * FROM (...) AS x ORDER BY ... OFFSET ... around it."};
}

Result<std::vector<KeyExpression>> Rewriter::skipped_keys(Query& query,
                                                          const std::vector<KeyExpression>& keys) {
    std::vector<KeyExpression> skipped;
    if (!skips_rows(query)) return skipped;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (keys[i].same_in_every_row) continue;
        if (is_table_command(query)) return check_skipping(query).error();
        if (auto done = check_copy(query); !done) return done.error();
        copies_.push_back({.inner = &query, .key = i, .skipped = true});
        const std::string copy = marked(copy_marker, copies_.size() - 1);
        skipped.push_back({keys[i].subject, keys[i].array_depth + 1, copy, false, true});
    }
    return skipped;
}

Result<std::string> Rewriter::copy_of_skipped(const Copy& copy) {
    Query& query = *copy.inner;
    auto keys = copied_keys(query);
    if (!keys) return keys.error();
    for (KeyColumn& key : *keys)
        key.name = hidden_name('k');
    auto first = first_token(query);
    if (!first) return first.error();
    auto end = end_of(query);
    if (!end) return end.error();
    const auto all = tokens_.all();
    std::size_t close = *end;
    while (close < all.size() && !all[close].is_op(")") && !all[close].is_op(";"))
        close = tokens_.past(close);
    const std::size_t cut = cut_of(*end, std::min(close, all.size()));

    // As many rows as are skipped, and those that are equal to them in order. DISTINCT merges rows: then all.
    std::string rows;
    if (query.node->distinctClause == nullptr) {
        const auto [from, to] = offset_at(tokens_, cut, std::min(close, all.size()));
        auto offset = print_edited(from, to);
        if (!offset) return offset;
        const char* ties = query.node->sortClause != nullptr ? ") ROWS WITH TIES" : ") ROWS ONLY";
        rows = " FETCH FIRST (" + *offset + ties;
    }

    print::EditList edits = edits_;
    print::EditList* const before = std::exchange(into_, &edits);
    const bool was_copying = std::exchange(copying_, true);
    auto done = leave_out_distinct(query);
    if (done) done = append_copied_keys(query, *keys);
    into_ = before;
    copying_ = was_copying;
    if (!done) return done.error();

    auto text = print::print(tokens_, all[*first].begin, all[cut - 1].end, edits);
    if (!text) return text.error();
    const std::string row = print::quote_identifier(hidden_name('s'));
    return "(SELECT ARRAY(SELECT " + row + "." + print::quote_identifier((*keys)[copy.key].name) + " FROM (" +
           text->text + rows + ") AS " + row + ")::text)";
}

}  // namespace sql::edits
