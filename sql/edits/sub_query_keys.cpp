#include <algorithm>
#include <array>
#include <string_view>

#include "sql/edits/view_text.hpp"
#include "sql/print/print.hpp"
#include "sql/print/quote.hpp"

#include "sql/parse/pg_nodes.hpp"

// A sub-query in an expression has no columns that keys could ride in. So it is asked a second time, for its
// keys alone: ARRAY(SELECT its keys FROM (the same sub-query with its keys at the back)).
namespace sql::edits {
namespace {

constexpr int deepest_copy = 3;  // each level doubles the text below it
constexpr char marker =
    '\x01';  // parts the number of a copy that is not written yet from the rest of an expression

Error not_countable(const char* why) {
    return Error{
        .code = Errc::not_countable,
        .message =
            std::string("the people that a sub-query in an expression would show cannot be counted: ") + why,
        .hint = "Join the table in FROM, or select from it in a sub-query in FROM."};
}

// Asked twice, these give two answers.
bool gives_the_same_twice(const resolve::FunctionMention& function) {
    static constexpr std::array<std::string_view, 5> volatile_functions = {
        "random", "gen_random_uuid", "clock_timestamp", "timeofday", "setseed"};
    return function.schema == "pg_catalog" &&
           std::ranges::find(volatile_functions, function.name) == volatile_functions.end();
}

bool cuts_rows(const resolve::Query& query) {
    const SelectStmt* select = query.node;
    return select->limitCount != nullptr || select->limitOffset != nullptr ||
           select->lockingClause != nullptr ||
           (select->distinctClause != nullptr && linitial(select->distinctClause) != nullptr);
}

bool is_inside(const resolve::Query* level, const resolve::Query& query) {
    for (; level != nullptr; level = level->parent) {
        if (level == &query) return true;
    }
    return false;
}

int copy_depth(const resolve::Query& query) {
    int depth = 0;
    for (const resolve::Query* level = &query; level != nullptr; level = level->parent)
        depth += level->place == resolve::Query::Place::expression ? 1 : 0;
    return depth;
}

}  // namespace

Result<void> Rewriter::check_copy(const Query& inner) const {
    if (inner.kind != Query::Kind::select) return not_countable("it is no plain SELECT");
    if (copy_depth(inner) > deepest_copy) return not_countable("it is nested too deeply");
    const auto at_fault = [](const resolve::Resolution& found, const auto& inside) {
        return std::ranges::any_of(found.queries,
                                   [&](const Query& query) { return inside(&query) && cuts_rows(query); });
    };
    const auto everywhere = [](const Query*) { return true; };
    if (at_fault(found_, [&](const Query* query) { return is_inside(query, inner); }))
        return not_countable("it has a LIMIT, OFFSET or DISTINCT ON");
    if (!std::ranges::all_of(found_.functions, gives_the_same_twice))
        return not_countable("the statement calls a function that may give another value each time");
    for (const auto& view : found_.views) {
        if (at_fault(view->resolution, everywhere) ||
            !std::ranges::all_of(view->resolution.functions, gives_the_same_twice)) {
            return not_countable("a view in it may give other rows each time");
        }
    }
    return {};
}

// The keys of the sub-queries in a query's expressions; what each is written as is decided when it is
// printed.
Result<std::vector<KeyExpression>> Rewriter::sub_query_keys(Query& query) {
    std::vector<KeyExpression> keys;
    for (Query* inner : query.sub_queries) {
        if (!reads_counted(*inner)) continue;
        // How many rows there are tells what it found, and no row may be left to carry the keys.
        if (inner->limits_rows) return not_countable("it stands in LIMIT or OFFSET");
        if (auto done = check_copy(*inner); !done) return done.error();
        auto own = expressions_of(*inner);
        if (!own) return own.error();
        if (inner->node->targetList == nullptr || !places(*inner)) return not_countable("it shows no column");
        for (std::size_t i = 0; i < (*own)->size(); ++i) {
            copies_.push_back({inner, i});
            keys.push_back({(**own)[i].subject, (**own)[i].array_depth + 1,
                            marker + std::to_string(copies_.size() - 1) + marker, (**own)[i].searched});
        }
    }
    return keys;
}

// Writes every copy that an expression needs in place of its number.
Result<std::string> Rewriter::with_copies(std::string expression) {
    for (std::size_t begin = expression.find(marker); begin != std::string::npos;
         begin = expression.find(marker)) {
        const std::size_t end = expression.find(marker, begin + 1);
        auto copy = copy_of(copies_[std::stoul(expression.substr(begin + 1, end - begin - 1))]);
        if (!copy) return copy;
        expression.replace(begin, end - begin + 1, *copy);
    }
    return expression;
}

Result<std::string> Rewriter::copy_of(const Copy& copy) {
    auto own = with_copies(expressions_.at(copy.inner)[copy.key].expression);
    if (!own) return own;
    auto where = places(*copy.inner);
    if (!where) return where.error();
    // The bracket around the sub-query is the first that is open where its targets end.
    const auto all = tokens_.all();
    std::size_t open = where->targets_end;
    for (int depth = 1; depth > 0;) {
        if (open == 0) return not_countable("its text was not found");
        --open;
        if (all[open].is_op(")") || all[open].is_op("]")) ++depth;
        if (all[open].is_op("(") || all[open].is_op("[")) --depth;
    }
    const std::size_t close = tokens_.closing(open);
    const std::string row = print::quote_identifier(hidden_name('s'));
    const std::string key = print::quote_identifier(hidden_name('k'));
    const std::string first = print::quote_identifier(hidden_name('c'));
    print::EditList edits = edits_;
    edits.insert_behind(all[where->targets_end - 1].end, ", " + *own + " AS " + key);
    auto text = print::print(tokens_, all[open + 1].begin, all[close - 1].end, edits);
    if (!text) return text.error();
    return "ARRAY(SELECT " + row + "." + key + " FROM (" + text->text + ") AS " + row + "(" + first + ")" +
           only_matching(*copy.inner, row + "." + first) + ")::text";
}

// x IN (SELECT ...): only those rows stand behind the answer that equal x.
std::string Rewriter::only_matching(const Query& inner, const std::string& first) const {
    const SubLink* link = inner.link;
    if (link->subLinkType != ANY_SUBLINK || link->operName != nullptr || !IsA(link->testexpr, ColumnRef))
        return {};
    const auto bound = found_.bound.find(link->testexpr);
    if (bound == found_.bound.end() || bound->second.column < 0 ||
        bound->second.item->kind == FromItem::Kind::join)
        return {};
    const FromItem& item = *bound->second.item;
    if (item.unreachable || inner.outputs.size() != 1) return {};
    return " WHERE " + first + " = " + alias_of(item) + "." +
           print::quote_identifier(item.columns[static_cast<std::size_t>(bound->second.column)].name);
}

}  // namespace sql::edits
