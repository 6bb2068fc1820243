#include "sql/temporary.hpp"

#include "sql/print/quote.hpp"

namespace sql {
namespace {

constexpr std::size_t longest_name = 63;  // NAMEDATALEN; PostgreSQL cuts longer ones

}  // namespace

Result<std::string> stored_name_of(std::string_view name) {
    constexpr std::size_t longest = longest_name - temporary_prefix.size();
    if (name.size() > longest) {
        return Error{
            .code = Errc::unsupported,
            .message = "the name of a temporary table has at most " + std::to_string(longest) + " bytes here",
            .hint = "Choose a shorter name."};
    }
    return std::string(temporary_prefix).append(name);
}

std::string_view client_name_of(std::string_view stored_name) {
    if (!stored_name.starts_with(temporary_prefix)) return {};
    return stored_name.substr(temporary_prefix.size());
}

std::string printed_name(const Relation& relation) {
    return print::quote_qualified(relation.schema,
                                  relation.temporary() ? relation.stored_name : relation.name);
}

}  // namespace sql
