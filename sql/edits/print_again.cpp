#include <algorithm>

#include "sql/edits/statement_text.hpp"
#include "sql/print/print.hpp"
#include "sql/print/quote.hpp"
#include "sql/temporary.hpp"

#include "sql/parse/pg_nodes.hpp"

// Parts of the client's text once more, in another place.
namespace sql::edits {

Result<std::string> StatementText::print_again(std::size_t first, std::size_t last) const {
    print::EditList names;
    say_names(tokens_.all()[first].begin, tokens_.all()[last - 1].end, names);
    return print_part(first, last, names);
}

Result<std::string> StatementText::print_edited(std::size_t first, std::size_t last) const {
    return print_part(first, last, edits_);
}

Result<std::string> StatementText::print_part(std::size_t first, std::size_t last,
                                              const print::EditList& edits) const {
    if (first >= last)
        return Error{.code = Errc::verify_failed, .message = "a part of the statement was not found"};
    const auto all = tokens_.all();
    const std::size_t begin = all[first].begin;
    const std::size_t end = all[last - 1].end;
    for (const FromItem& item : found_.items) {
        const auto at = static_cast<std::size_t>(item.range_var == nullptr ? 0 : item.range_var->location);
        if (item.range_var != nullptr && at >= begin && at < end) {
            return Error{.code = Errc::not_countable,
                         .message = "the people that a sub-query in a window would show cannot be counted",
                         .offset = at};
        }
    }
    auto printed = print::print(tokens_, begin, end, edits);
    if (!printed) return printed.error();
    return std::move(printed->text);
}

Result<std::pair<std::size_t, std::size_t>> StatementText::over_clause(const resolve::Call& call) const {
    const auto all = tokens_.all();
    std::size_t i = tokens_.closing(arguments_of(call)) + 1;
    if (i < all.size() && all[i].is_keyword("filter")) i = tokens_.closing(i + 1) + 1;
    if (i + 1 >= all.size() || !all[i].is_keyword("over")) {
        return Error{.code = Errc::not_countable,
                     .message = "the people that this window function would show cannot be counted"};
    }
    ++i;
    return std::pair(i, tokens_.past(i));
}

void StatementText::say_names(std::size_t begin, std::size_t end, print::EditList& edits) const {
    const auto stands_there = [&](int location) {
        return static_cast<std::size_t>(location) >= begin && static_cast<std::size_t>(location) < end;
    };
    for (const resolve::Qualify& name : found_.qualify) {
        if (stands_there(name.location)) qualify_text(name, edits);
    }
    for (const resolve::Prefixed& name : found_.prefixed) {
        if (stands_there(name.node->location)) leave_out_prefix(name, edits);
    }
}

// A sub-select is known by its alias alone, as is a temporary table; a relation by its schema as well.
int StatementText::parts_left_out(const resolve::Prefixed& name) {
    const FromItem& item = *name.item;
    const bool is_sub_select =
        item.use == FromItem::Use::read && (item.treatment != nullptr || item.kind == FromItem::Kind::view);
    const bool has_alias = is_sub_select || item.relation->temporary();
    return std::max(0, list_length(name.node->fields) - (has_alias ? 2 : 3));
}

void StatementText::leave_out_prefix(const resolve::Prefixed& name, print::EditList& edits) const {
    const auto left_out = static_cast<std::size_t>(parts_left_out(name));
    if (left_out == 0) return;
    const auto all = tokens_.all();
    const std::size_t first = token_at(name.node->location);
    edits.replace(all[first].begin, all[first + 2 * left_out - 1].end, std::string());
}

void StatementText::qualify_text(const resolve::Qualify& name, print::EditList& edits) const {
    const auto& token = tokens_.all()[token_at(name.location)];
    switch (name.kind) {
        case resolve::Qualify::Kind::list:
        case resolve::Qualify::Kind::relation:
            // PostgreSQL places an error about the name at its first part: the client's own word.
            edits.insert_before(token.begin, {.text = print::quote_identifier(name.schema) + ".",
                                              .spans = {{.printed = 0, .client = token.begin, .length = 1}}});
            break;
        case resolve::Qualify::Kind::database: {
            const std::size_t first = token_at(name.location);
            edits.replace(token.begin, tokens_.all()[first + 1].end, std::string());
            break;
        }
        case resolve::Qualify::Kind::constant:
            edits.replace(token.begin, token.end, print::quote_string(name.schema));
            break;
        case resolve::Qualify::Kind::temporary: print_temporary(name, edits); break;
    }
}

void StatementText::print_temporary(const resolve::Qualify& name, print::EditList& edits) const {
    const auto all = tokens_.all();
    std::size_t first = token_at(name.location);
    std::size_t last = first + 1;
    const auto named = all[first].begin;
    while (last + 1 < all.size() && all[last].is_op("."))
        last += 2;
    if (first > 1 && all[first - 1].is_op("(") && all[first - 2].is_keyword("only")) {
        --first;
        ++last;
    } else if (last < all.size() && all[last].is_op("*")) {
        ++last;  // FROM t *
    }
    std::string text = print::quote_qualified(temporary_schema, name.schema);
    if (!name.alias.empty()) text += " AS " + print::quote_identifier(name.alias);
    edits.replace(all[first].begin, all[last - 1].end,
                  {.text = std::move(text), .spans = {{.printed = 0, .client = named, .length = 1}}});
}

void StatementText::was_printed_apart(std::size_t first, std::size_t last) {
    bytes_were_printed_apart(tokens_.all()[first].begin, tokens_.all()[last - 1].end);
}

void StatementText::bytes_were_printed_apart(std::size_t begin, std::size_t end) {
    apart_.emplace_back(begin, end);
}

bool StatementText::is_printed_apart(std::size_t byte) const {
    return std::ranges::any_of(apart_,
                               [&](const auto& range) { return byte >= range.first && byte < range.second; });
}

}  // namespace sql::edits
