#include <algorithm>
#include <string_view>
#include <utility>

#include "sql/edits/absent_people.hpp"
#include "sql/edits/errors.hpp"
#include "sql/edits/modify_places.hpp"
#include "sql/edits/nobody_key.hpp"
#include "sql/edits/shown_rows.hpp"
#include "sql/edits/view_text.hpp"
#include "sql/edits/volatile_functions.hpp"
#include "sql/print/print.hpp"
#include "sql/print/quote.hpp"

#include "sql/resolve/levels.hpp"

#include "sql/parse/pg_nodes.hpp"

// A sub-query in an expression has no columns that keys could ride in. So it is asked a second time, for its
// keys alone: (SELECT ARRAY(SELECT its keys FROM (the same sub-query with its keys at the back))::text).
namespace sql::edits {
namespace {

Error sub_query_not_countable(const std::string& why) {
    Error error = not_countable("a sub-query in an expression",
                                "Join the table in FROM, or select from it in a sub-query in FROM.");
    error.message += ": " + why;
    return error;
}

/// WHERE demands that somebody fits.
bool must_fit(const resolve::Query& query, const resolve::Query& inner) {
    const SubLink* link = inner.link;
    if (link == nullptr || (link->subLinkType != EXISTS_SUBLINK && link->subLinkType != ANY_SUBLINK))
        return false;
    const Node* where = query.node->whereClause;
    const auto is_it = [&](const void* node) { return node == link; };
    if (where == nullptr || !IsA(where, BoolExpr)) return is_it(where);
    const auto* parts = reinterpret_cast<const BoolExpr*>(where);
    const ListCell* c = nullptr;
    foreach (c, parts->args) {
        if (parts->boolop == AND_EXPR && is_it(lfirst(c))) return true;
    }
    return false;
}

constexpr int deepest_copy = 3;  // each level doubles the text below it
constexpr std::size_t most_copied = 2UL * 1024 * 1024;
constexpr int most_hidden_names = 5000;

// Asked twice, these give two answers.
bool gives_the_same_twice(const resolve::FunctionMention& function) {
    return function.schema == "pg_catalog" && !is_volatile_function(function.name);
}

bool cuts_rows(const resolve::Query& query) {
    const SelectStmt* select = query.node;
    return select->limitCount != nullptr || select->limitOffset != nullptr ||
           select->lockingClause != nullptr ||
           (select->distinctClause != nullptr && linitial(select->distinctClause) != nullptr);
}

int copy_depth(const resolve::Query& query) {
    int depth = 0;
    for (const resolve::Query* level = &query; level != nullptr; level = level->parent)
        depth += level->place == resolve::Query::Place::expression ? 1 : 0;
    return depth;
}

/// Puts text_of(number) in the place of each number that stands between two markers.
Result<void> write_in_place(std::string_view marker, std::string& expression, auto text_of) {
    for (std::size_t begin = expression.find(marker); begin != std::string::npos;
         begin = expression.find(marker)) {
        const std::size_t number = begin + marker.size();
        const std::size_t end = expression.find(marker, number);
        Result<std::string> text = text_of(std::stoul(expression.substr(number, end - number)));
        if (!text) return text.error();
        expression.replace(begin, end + marker.size() - begin, *text);
    }
    return {};
}

}  // namespace

Result<void> Rewriter::check_copy(const Query& inner) const {
    if (copy_depth(inner) > deepest_copy) return sub_query_not_countable("it is nested too deeply");
    const auto at_fault = [](const resolve::Resolution& found, const auto& inside) {
        return std::ranges::any_of(found.queries,
                                   [&](const Query& query) { return inside(&query) && cuts_rows(query); });
    };
    const auto everywhere = [](const Query*) { return true; };
    if (at_fault(found_,
                 [&](const Query* query) { return query != &inner && resolve::is_inside(query, inner); }))
        return sub_query_not_countable("a query in it has a LIMIT, OFFSET or DISTINCT ON");
    if (std::ranges::any_of(found_.items, [&](const FromItem& item) {
            return item.sample != nullptr && item.sample->repeatable == nullptr &&
                   resolve::is_inside(item.level, inner);
        }))
        return sub_query_not_countable("TABLESAMPLE without REPEATABLE gives other rows each time");
    if (!std::ranges::all_of(found_.functions, gives_the_same_twice))
        return sub_query_not_countable(
            "the statement calls a function that may give another value each time");
    for (const auto& view : found_.views) {
        if (at_fault(view->resolution, everywhere) ||
            !std::ranges::all_of(view->resolution.functions, gives_the_same_twice)) {
            return sub_query_not_countable("a view in it may give other rows each time");
        }
    }
    return {};
}

// Those in expressions, and what an INSERT reads: RETURNING does not see its rows, nor what VALUES were made
// of.
std::vector<resolve::Query*> Rewriter::asked_again(const Query& query) {
    std::vector<Query*> all = query.sub_queries;
    if (query.modify == nullptr || query.modify->source == nullptr) return all;
    Query& source = *query.modify->source;
    if (source.kind == Query::Kind::values)
        all.insert(all.end(), source.sub_queries.begin(), source.sub_queries.end());
    else
        all.push_back(&source);
    return all;
}

// The keys of the sub-queries in a query's expressions; what each is written as is decided when it is
// printed.
Result<std::vector<KeyExpression>> Rewriter::sub_query_keys(Query& query) {
    std::vector<KeyExpression> keys;
    for (Query* inner : asked_again(query)) {
        if (!counted_.read_by(*inner) || asked_.asks_about_its_row(*inner, query)) continue;
        if (auto done = check_copy(*inner); !done) return done.error();
        auto own = copied_keys(*inner);
        if (!own) return own.error();
        const auto person = asked_.person_asked_for(*inner, query);
        const bool once = !person && !asked_.is_correlated(*inner) && only_matching(*inner, {}).empty();
        if (!own->empty() && !person && !once && !must_fit(query, *inner) &&
            !shows_every_row(found_, query, *inner) && !fits_by_equality(found_, counted_, *inner))
            return tells_too_much_of_nobody(inner->link == nullptr ? -1 : inner->link->location);
        for (std::size_t i = 0; i < own->size(); ++i) {
            copies_.push_back({inner, i});
            const KeyColumn& below = (*own)[i];
            const int depth = below.array_depth + 1;
            // No row, and a bare aggregate over no row, answer that nobody fits.
            std::string copied = "NULLIF(" + marked(copy_marker, copies_.size() - 1) + ", '{}')";
            if (below.array_depth > 0) {
                copied = "NULLIF(" + copied + ", " +
                         print::quote_string(array_literal(std::string(nobody_key), depth)) + ")";
            }
            keys.push_back(
                {below.subject, depth,
                 key_or_nobody(std::move(copied), depth, person, once ? ++shared_.hidden_names : 0),
                 // Whoever is asked about stands for nobody, who has no value that was searched for.
                 below.searched && !person,
                 !asked_.is_correlated(*inner) && only_matching(*inner, {}).empty()});
        }
    }
    return keys;
}

// What the rows of a sub-query tell. A copy has every row that DISTINCT would merge.
Result<std::vector<KeyColumn>> Rewriter::copied_keys(Query& inner) {
    if (inner.kind != Query::Kind::select) return signature(inner);
    auto own = expressions_of(inner);
    if (!own) return own.error();
    std::vector<KeyColumn> keys;
    for (std::size_t i = 0; i < unskipped_.at(&inner); ++i)
        keys.push_back({(**own)[i].subject, (**own)[i].array_depth, {}, (**own)[i].searched});
    return keys;
}

const Rewriter::Copy& Rewriter::copied_in(const KeyExpression& key) const {
    const std::size_t begin = key.expression.find(copy_marker) + copy_marker.size();
    return copies_[std::stoul(key.expression.substr(begin, key.expression.find(copy_marker, begin) - begin))];
}

// Every copy of a sub-query, or of a window, that an expression needs in place of its number.
Result<std::string> Rewriter::written_out(std::string expression) {
    const auto copy = [this](std::size_t number) {
        const Copy& wanted = copies_[number];
        return wanted.skipped ? copy_of_skipped(wanted) : copy_of(wanted);
    };
    const auto window = [this](std::size_t number) {
        return print_edited(windows_[number].first, windows_[number].second);
    };
    if (auto done = write_in_place(copy_marker, expression, copy); !done) return done.error();
    if (auto done = write_in_place(window_marker, expression, window); !done) return done.error();
    return expression;
}

Result<std::string> Rewriter::copy_of(const Copy& copy) {
    Query& inner = *copy.inner;
    if (shared_.copied > most_copied || shared_.hidden_names > most_hidden_names) return too_many_keys();
    auto keys = copied_keys(inner);
    if (!keys) return keys.error();
    if (copy.key >= keys->size()) return not_countable("this sub-query", "Join the table in FROM.");
    for (KeyColumn& key : *keys)
        key.name = hidden_name('k');
    const auto all = tokens_.all();
    auto span = inner.inserted ? span_of_source(inner) : span_in_brackets(inner);
    if (!span) return span.error();
    const auto [begin, close] = *span;

    print::EditList edits = edits_;
    print::EditList* const before = std::exchange(into_, &edits);
    const bool was_copying = std::exchange(copying_, true);
    const auto done = [&]() -> Result<void> {
        auto end = end_of(inner);
        if (!end) return end.error();
        if (auto shown = show_every_row(inner, *end, close); !shown) return shown;
        if (inner.kind != Query::Kind::select) return emit(inner, *keys, {});
        return append_copied_keys(inner, *keys);
    }();
    into_ = before;
    copying_ = was_copying;
    if (!done) return done.error();

    auto text = print::print(tokens_, all[begin].begin, all[close - 1].end, edits);
    if (!text) return text.error();
    shared_.copied += text->text.size();
    const std::string row = print::quote_identifier(hidden_name('s'));
    const std::string first = print::quote_identifier(hidden_name('c'));
    const std::string matching = is_bare(inner) ? std::string() : only_matching(inner, row + "." + first);
    const KeyColumn& key = (*keys)[copy.key];
    const std::string array = "ARRAY(SELECT " + row + "." + print::quote_identifier(key.name) + " FROM (" +
                              text->text + ") AS " + row + (matching.empty() ? "" : "(" + first + ")") +
                              matching + ")";
    // Where it hangs on no row around it, its text is made once.
    if (!inner.inserted) return "(SELECT " + array + "::text)";
    // PostgreSQL keeps all that an INSERT returns until it has ended: each row has all people.
    const std::string all_keys = print::quote_identifier(hidden_name('c'));
    return "(SELECT " +
           unless_too_many("\"pg_catalog\".\"cardinality\"(" + all_keys + ")", all_keys,
                           key.array_depth + 1) +
           " FROM (SELECT " + array + " AS " + all_keys + ") AS " +
           print::quote_identifier(hidden_name('s')) + ")";
}

Result<std::pair<std::size_t, std::size_t>> Rewriter::span_in_brackets(const Query& inner) const {
    auto span = span_of(inner);
    if (!span) return span;
    if (span->first == 0 || !tokens_.all()[span->first - 1].is_op("("))
        return sub_query_not_countable("its text was not found");
    return std::pair(span->first, tokens_.closing(span->first - 1));
}

// Of what an INSERT reads, up to ON CONFLICT, RETURNING or the bracket around it.
Result<std::pair<std::size_t, std::size_t>> Rewriter::span_of_source(const Query& source) const {
    auto span = span_of(source);
    if (!span) return span;
    auto end = end_of(source);
    if (!end) return end.error();
    return std::pair(span->first, end_of_source(tokens_, *end));
}

Result<void> Rewriter::append_copied_keys(Query& inner, const std::vector<KeyColumn>& keys) {
    const std::vector<KeyExpression> own = expressions_.at(&inner);
    std::vector<std::string> targets;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        auto written = written_out(own[i].expression);
        if (!written) return written.error();
        targets.push_back(*written + " AS " + print::quote_identifier(keys[i].name));
    }
    return append_targets(inner, targets);
}

Result<void> Rewriter::leave_out_distinct(const Query& inner) {
    const List* distinct = inner.node->distinctClause;
    if (distinct == nullptr || inner.kind != Query::Kind::select) return {};
    auto first = first_token(inner);
    if (!first) return first.error();
    if (!tokens_.all()[*first + 1].is_keyword("distinct"))
        return sub_query_not_countable("its DISTINCT was not found");
    const bool on = linitial(distinct) != nullptr;
    replace_tokens(*first + 1, on ? tokens_.closing(*first + 3) + 1 : *first + 2, std::string());
    return {};
}

// Where LIMIT, OFFSET or FOR begin behind a query's own clauses.
std::size_t Rewriter::cut_of(std::size_t end, std::size_t close) const {
    const auto all = tokens_.all();
    const auto begins_cut = [&](std::size_t i) {
        return all[i].is_keyword("limit") || all[i].is_keyword("offset") || all[i].is_keyword("fetch") ||
               all[i].is_keyword("for");
    };
    std::size_t cut = end;
    while (cut < close && !begins_cut(cut))
        cut = tokens_.past(cut);
    return std::min(cut, close);
}

// LIMIT, OFFSET and DISTINCT choose rows, and a second run may choose others. So a copy shows every row that
// they may have chosen: with ORDER BY and a LIMIT alone those and their ties, else all.
Result<void> Rewriter::show_every_row(const Query& inner, std::size_t end, std::size_t close) {
    const SelectStmt* select = inner.node;
    if (auto done = leave_out_distinct(inner); !done) return done;
    const std::size_t cut = cut_of(end, close);
    if (cut >= close) return {};
    std::string ties;
    const Node* count = select->limitCount;
    const bool number =
        count != nullptr && IsA(count, A_Const) && !reinterpret_cast<const A_Const*>(count)->isnull;
    if (number && IsA(&reinterpret_cast<const A_Const*>(count)->val, Integer) &&
        select->sortClause != nullptr && select->limitOffset == nullptr &&
        select->distinctClause == nullptr) {
        ties = "FETCH FIRST " + std::to_string(reinterpret_cast<const A_Const*>(count)->val.ival.ival) +
               " ROWS WITH TIES";
    }
    into_->take_back(tokens_.all()[cut].begin, tokens_.all()[close - 1].end);
    replace_tokens(cut, close, std::move(ties));
    return {};
}

// x IN (SELECT ...): only those rows stand behind the answer that equal x.
std::string Rewriter::only_matching(const Query& inner, const std::string& first) const {
    const SubLink* link = inner.link;
    if (link == nullptr || link->subLinkType != ANY_SUBLINK || link->operName != nullptr ||
        !IsA(link->testexpr, ColumnRef))
        return {};
    const auto bound = found_.bound.find(link->testexpr);
    if (bound == found_.bound.end() || bound->second.column < 0 ||
        bound->second.item->kind == FromItem::Kind::join)
        return {};
    const FromItem& item = *bound->second.item;
    if (item.unreachable || inner.outputs.size() != 1 || inner.open_ended) return {};
    return " WHERE " + first + " = " + alias_of(item) + "." +
           print::quote_identifier(item.columns[static_cast<std::size_t>(bound->second.column)].name);
}

}  // namespace sql::edits
