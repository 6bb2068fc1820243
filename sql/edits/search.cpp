#include <algorithm>
#include <ranges>

#include "sql/edits/first_location.hpp"
#include "sql/edits/rewriter.hpp"
#include "sql/edits/sent_rows.hpp"
#include "sql/heirs.hpp"
#include "sql/print/print.hpp"
#include "sql/print/quote.hpp"
#include "sql/resolve/levels.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {
namespace {

/// How many values a search looks for; nullopt: its text does not tell.
std::optional<int> searched_values(const A_Expr* search) {
    if (search->kind == AEXPR_OP_ANY) return array_values(search->rexpr);
    return search->kind == AEXPR_IN ? list_length(reinterpret_cast<const List*>(search->rexpr)) : 1;
}

}  // namespace

Result<void> Rewriter::move_searches() {
    for (const resolve::Search& search : found_.searches) {
        const auto* expr = reinterpret_cast<const A_Expr*>(*search.slot);
        auto more = searched_values(expr);
        const int parameter = expr->kind == AEXPR_OP_ANY ? array_parameter(expr->rexpr) : 0;
        if (parameter != 0) {
            more = 0;
            shared_.searched_arrays.push_back({.parameter = parameter});
        }
        if (!more && (!search.through.empty() || counted_.contains(*search.item))) {
            return Error{
                .code = Errc::not_countable,
                .message = "the values that this = ANY searches for cannot be counted",
                .hint = "Use = ANY ($1), IN with one parameter for each value, or ARRAY[$1::text, ...].",
                .offset = static_cast<std::size_t>(expr->location)};
        }
        const bool several = found_.searches.size() > 1 || more.value_or(1) != 1;
        if (several && !finds_each_once(search)) shared_.finds_each_once = false;
        if (auto done = count_searched(more.value_or(1), expr->location); !done) return done;
        // What is changed is no sub-select: there the comparison stays where it is, with the raw column.
        if (search.item->use == FromItem::Use::target) continue;
        if (auto done = move_search(search); !done) return done;
    }
    return {};
}

// Many may have one phone, and one row may be about two people: whom a search found does not tell how many of
// its values did.
bool Rewriter::finds_each_once(const resolve::Search& search) const {
    const FromItem& table = *search.item;
    const Column* column = table.columns[static_cast<std::size_t>(search.column)].attribute;
    return search.through.empty() && !search.folded && column != nullptr && column->unique &&
           table.treatment->subjects.size() == 1 && counted_.has_subjects(table) &&
           !has_heirs(*table.relation, shared_.catalog);
}

Result<void> Rewriter::count_searched(int values, int location) {
    shared_.searched_values += values;
    const int most = most_searched_values(!shared_.treatment.counted.empty());
    if (shared_.searched_values <= most) return {};
    return Error{.code = Errc::unsupported,
                 .message = "a statement may search for " + std::to_string(most) + " values at most",
                 .hint = "Search for fewer values at a time.",
                 .offset = static_cast<std::size_t>(std::max(location, 0))};
}

// Where a row without one of the searched values cannot come out of the item's query, its key tells who was
// found. Asked while the searches still stand where the client wrote them.
bool Rewriter::shows_searched_only(const FromItem& item) const {
    return item.level->node->whereClause != nullptr && must_match(item.level->node->whereClause, item);
}

bool Rewriter::must_match(const Node* condition, const FromItem& item) const {
    if (!IsA(condition, BoolExpr)) {
        return std::ranges::any_of(found_.searches, [&](const resolve::Search& search) {
            return *search.slot == condition && search.named() == &item;
        });
    }
    const auto* parts = reinterpret_cast<const BoolExpr*>(condition);
    if (parts->boolop == NOT_EXPR) return false;
    const ListCell* c = nullptr;
    foreach (c, parts->args) {
        const bool matches = must_match(static_cast<const Node*>(lfirst(c)), item);
        if (matches != (parts->boolop == OR_EXPR)) return matches;
    }
    return parts->boolop == OR_EXPR;
}

// The comparison moves into the sub-select as a hidden boolean; where it stood, the boolean is named. So the
// raw column's index serves it, and outer joins keep their meaning.
Result<void> Rewriter::move_search(const resolve::Search& search) {
    auto* expr = reinterpret_cast<A_Expr*>(*search.slot);
    const Error too_odd{.code = Errc::unsupported,
                        .message = "this form of a search is not supported",
                        .hint = "Write column = 'value', column = $1, or column IN (...).",
                        .offset = static_cast<std::size_t>(expr->location)};
    const auto extent = extent_of(*search.slot);
    if (!extent) return too_odd;
    const std::size_t relation_column = static_cast<std::size_t>(search.column);
    const std::string raw = print::quote_identifier(search.item->columns[relation_column].attribute->name);

    // Printed apart, with the raw column in place of the client's name for it.
    print::EditList edits;
    for (const resolve::Qualify& name : found_.qualify) {
        const auto at = static_cast<std::size_t>(name.location);
        if (at >= extent->first && at < extent->second) qualify(name, edits);
    }
    const std::size_t first = token_at(search.name->location);
    const std::size_t last = first + 2 * static_cast<std::size_t>(list_length(search.name->fields)) - 1;
    edits.replace(tokens_.all()[first].begin, tokens_.all()[last - 1].end, raw);
    auto inner = print::print(tokens_, extent->first, extent->second, edits);
    if (!inner) return inner.error();

    const std::string name = hidden_name('m');
    search.item->added.push_back(
        {name, "(" + inner->text + ")", search.item->columns[relation_column].attribute});
    const std::string shown = pass_on(search, name);
    edits_.replace(extent->first, extent->second, shown);
    bytes_were_printed_apart(extent->first, extent->second);
    auto node = parse_expression(shown);
    if (!node) return node.error();
    *search.slot = *node;
    return {};
}

// Every query between the table and the comparison shows the boolean. What names it where the comparison
// stood.
std::string Rewriter::pass_on(const resolve::Search& search, const std::string& name) {
    const std::string quoted = print::quote_identifier(name);
    std::string shown = quoted;
    for (FromItem* item : std::views::reverse(search.through)) {
        resolve::query_of(*item)->searched.push_back(shown);
        if (item->view != nullptr) item->added.push_back({name, quoted});
        shown = hidden_owner(*item) + "." + quoted;
    }
    return shown;
}

Result<void> Rewriter::show_searched() {
    for (Query& query : found_.queries) {
        if (auto done = append_targets(query, query.searched); !done) return done;
    }
    return {};
}

// Bytes of a comparison that is a search. Raw trees have no ends: each end that leaves no bracket open is
// tried, and counts when its text parses to the same tree.
std::optional<std::pair<std::size_t, std::size_t>> Rewriter::extent_of(Node* expression) {
    const int location = first_location(expression);
    if (location < 0) return std::nullopt;
    const auto all = tokens_.all();
    auto* expr = reinterpret_cast<A_Expr*>(expression);
    std::size_t first = token_at(location);
    // (phone) = $1: brackets around the first operand are its own.
    const std::size_t at = token_at(expr->location);
    int open = 0;
    for (std::size_t i = first; i < at; ++i) {
        if (all[i].is_op("(") || all[i].is_op("[")) ++open;
        if (all[i].is_op(")") || all[i].is_op("]")) --open;
    }
    for (; open < 0; ++open) {
        if (first == 0 || !all[first - 1].is_op("(")) return std::nullopt;
        --first;
    }
    constexpr std::size_t longest_operand = 24;  // tokens of a constant with its casts; lists count as one
    std::size_t last = at + 1;
    for (std::size_t tried = 0; tried < longest_operand && last < all.size(); ++tried) {
        last = tokens_.past(last);
        if (last > all.size()) return std::nullopt;
        const std::size_t begin = all[first].begin;
        const std::size_t end = all[last - 1].end;
        auto parsed =
            parse::parse_expression_fragment(shared_.memory, tokens_.text().substr(begin, end - begin));
        if (parsed && shared_.memory.equal(parsed->expression, expression)) return std::pair(begin, end);
    }
    return std::nullopt;
}

}  // namespace sql::edits
