#include <algorithm>

#include "sql/edits/statement_text.hpp"
#include "sql/resolve/levels.hpp"

#include "sql/parse/pg_nodes.hpp"

// Where queries stand in the text, as token indices: raw trees have no places for SELECT, VALUES or UNION.
namespace sql::edits {
namespace {

Error no_place() {
    return Error{.code = Errc::not_countable,
                 .message = "the people that this form of SELECT would show cannot be counted"};
}

/// The nearest `word` before token `i` that stands in no bracket which ends before `i`.
std::optional<std::size_t> back_to(const parse::Tokens& tokens, std::size_t i, std::string_view word) {
    const auto all = tokens.all();
    int depth = 0;
    while (i-- > 0) {
        if (all[i].is_op(")") || all[i].is_op("]")) ++depth;
        if (all[i].is_op("(") || all[i].is_op("[")) --depth;
        if (depth <= 0 && all[i].is_keyword(word)) return i;
    }
    return std::nullopt;
}

bool trails(const SelectStmt* select) {
    return select->sortClause != nullptr || select->limitCount != nullptr || select->limitOffset != nullptr ||
           select->lockingClause != nullptr;
}

}  // namespace

Result<SelectPlaces> StatementText::places(const Query& query) const {
    if (const auto first = first_targets_.find(&query); first != first_targets_.end())
        return places_of(tokens_, first->second);
    if (is_bare(query)) {
        if (const auto from = from_keyword(query)) return places_of(tokens_, *from);
    }
    return Error{.code = Errc::not_countable,
                 .message = "this form of SELECT shows no columns that could be followed"};
}

// FROM of a SELECT that has no target; what it shows would stand before it.
std::optional<std::size_t> StatementText::from_keyword(const Query& query) const {
    const auto first = first_of_from(query);
    if (!first) return std::nullopt;
    const auto all = tokens_.all();
    const std::size_t from = from_word(*first);
    return from > 0 && all[from - 1].is_keyword("select") ? std::optional(from) : std::nullopt;
}

// FROM, or the USING of DELETE and MERGE, in front of a token of its first item: LATERAL, ONLY, ROWS FROM and
// brackets may stand between.
std::size_t StatementText::from_word(std::size_t first) const {
    const auto all = tokens_.all();
    const auto found = [&](std::size_t i) {
        return all[i].is_keyword("using") || (all[i].is_keyword("from") && !all[i - 1].is_keyword("rows"));
    };
    while (first > 0 && !found(first))
        --first;
    return first;
}

// A token of the first item of FROM, in front of which no other FROM stands.
std::optional<std::size_t> StatementText::first_of_from(const Query& query) const {
    if (query.kind == Query::Kind::set_operation) return first_of_from(*query.left);
    const auto read = std::ranges::find(query.leaves, FromItem::Use::read, &FromItem::use);
    if (read == query.leaves.end()) return std::nullopt;  // what a change aims at stands elsewhere
    const FromItem& item = **read;
    if (item.range_var != nullptr) return token_at(item.range_var->location);
    if (item.query == nullptr) return std::nullopt;
    const auto target = first_targets_.find(item.query);
    auto inside = target != first_targets_.end() ? std::optional(target->second) : first_of_from(*item.query);
    if (!inside) return std::nullopt;
    // The bracket around the sub-select.
    for (int depth = 1; depth > 0 && *inside > 0;) {
        --*inside;
        if (tokens_.all()[*inside].is_op(")")) ++depth;
        if (tokens_.all()[*inside].is_op("(")) --depth;
    }
    return inside;
}

// SELECT, TABLE or VALUES itself.
Result<std::size_t> StatementText::first_token(const Query& query) const {
    if (query.kind == Query::Kind::values) {
        const auto value = first_values_.find(&query);
        if (value == first_values_.end()) return no_place();
        const auto values = back_to(tokens_, value->second, "values");
        return values ? Result<std::size_t>(*values) : no_place();
    }
    if (is_table_command(query)) {
        const auto table = back_to(tokens_, token_at(query.leaves.front()->range_var->location), "table");
        return table ? Result<std::size_t>(*table) : no_place();
    }
    if (is_bare(query)) {
        const auto from = from_keyword(query);
        return from ? Result<std::size_t>(*from - 1) : no_place();
    }
    const auto target = first_targets_.find(&query);
    if (target == first_targets_.end()) return no_place();
    const auto select = back_to(tokens_, target->second, "select");
    return select ? Result<std::size_t>(*select) : no_place();
}

// Behind the last token that is the query's own and not ORDER BY, LIMIT and what follows them.
Result<std::size_t> StatementText::end_of(const Query& query) const {
    const auto all = tokens_.all();
    if (query.kind == Query::Kind::set_operation) {
        auto right = span_of(*query.right);
        return right ? Result<std::size_t>(right->second) : right.error();
    }
    auto first = first_token(query);
    if (!first) return first;
    if (query.kind == Query::Kind::values) {
        std::size_t i = tokens_.closing(*first + 1) + 1;
        while (i + 1 < all.size() && all[i].is_op(","))
            i = tokens_.closing(i + 1) + 1;
        return std::min(i, all.size());
    }
    return end_of_select(tokens_, *first + 1);
}

// The query itself, without WITH, ORDER BY, LIMIT and what follows them.
Result<std::pair<std::size_t, std::size_t>> StatementText::core_of(const Query& query) const {
    std::size_t first = 0;
    if (query.kind == Query::Kind::set_operation) {
        auto left = span_of(*query.left);
        if (!left) return left;
        first = left->first;
    } else {
        auto own = first_token(query);
        if (!own) return own.error();
        first = *own;
    }
    auto end = end_of(query);
    if (!end) return end.error();
    return std::pair(first, *end);
}

// An arm of a set operation, with the brackets that hold it alone; else the whole query but its brackets.
Result<std::pair<std::size_t, std::size_t>> StatementText::span_of(const Query& query) const {
    const auto all = tokens_.all();
    auto core = core_of(query);
    if (!core) return core;
    auto [first, last] = *core;
    if (query.node->withClause != nullptr) first = token_at(query.node->withClause->location);
    if (trails(query.node)) {
        while (last < all.size() && !all[last].is_op(")") && !all[last].is_op(";"))
            last = tokens_.past(last);
    }
    while (query.place == Query::Place::arm && first > 0 && last < all.size() && all[first - 1].is_op("(") &&
           tokens_.closing(first - 1) == last) {
        --first;
        ++last;
    }
    return std::pair(first, std::min(last, all.size()));
}

bool StatementText::is_table_command(const Query& query) {
    return query.kind == Query::Kind::select && resolve::is_table_command(query.node);
}

std::optional<std::size_t> StatementText::table_command_of(const RangeVar& name) const {
    const auto all = tokens_.all();
    std::size_t first = token_at(name.location);
    while (first > 1 && (all[first - 1].is_op("(") || all[first - 1].is_keyword("only")))
        --first;
    if (first == 0 || !all[first - 1].is_keyword("table")) return std::nullopt;
    return first - 1;
}

std::size_t StatementText::arguments_of(const resolve::Call& call) const {
    std::size_t i = token_at(call.node->location);
    while (i < tokens_.all().size() && !tokens_.all()[i].is_op("("))
        ++i;
    return i;
}

}  // namespace sql::edits
