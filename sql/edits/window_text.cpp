#include "sql/edits/rewriter.hpp"
#include "sql/print/print.hpp"

#include "sql/parse/pg_nodes.hpp"

namespace sql::edits {

// Tokens [first, last) of the client's text once more, in another place. Only names are said differently
// there.
Result<std::string> Rewriter::print_again(std::size_t first, std::size_t last) {
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
    print::EditList names;
    for (const resolve::Qualify& name : found_.qualify) {
        const auto at = static_cast<std::size_t>(name.location);
        if (at >= begin && at < end) qualify_text(name, names);
    }
    auto printed = print::print(tokens_, begin, end, names);
    if (!printed) return printed.error();
    return std::move(printed->text);
}

// The bracket that opens the arguments of a call.
std::size_t Rewriter::arguments_of(const resolve::Call& call) const {
    std::size_t i = token_at(call.node->location);
    while (i < tokens_.all().size() && !tokens_.all()[i].is_op("("))
        ++i;
    return i;
}

// A window's name, or its definition in brackets.
Result<std::string> Rewriter::over_clause(const resolve::Call& call) {
    const auto all = tokens_.all();
    std::size_t i = tokens_.closing(arguments_of(call)) + 1;
    if (i < all.size() && all[i].is_keyword("filter")) i = tokens_.closing(i + 1) + 1;
    if (i + 1 >= all.size() || !all[i].is_keyword("over")) {
        return Error{.code = Errc::not_countable,
                     .message = "the people that this window function would show cannot be counted"};
    }
    ++i;
    return print_again(i, all[i].is_op("(") ? tokens_.closing(i) + 1 : i + 1);
}

}  // namespace sql::edits
