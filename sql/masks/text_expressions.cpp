#include <string>

#include "sql/masks/expressions.hpp"
#include "sql/print/joined.hpp"

namespace sql::masks {

using print::joined;

// Operators and functions are qualified: a back end's search_path must not decide what they are.

std::string keep_last(std::string_view text, int count) {
    return joined({"CASE WHEN \"pg_catalog\".\"length\"(", text, ") OPERATOR(\"pg_catalog\".<=) ",
                   std::to_string(2 * count),
                   " THEN '***' ELSE '***' OPERATOR(\"pg_catalog\".||) \"pg_catalog\".\"right\"(", text, ", ",
                   std::to_string(count), ") END"});
}

std::string keep_first(std::string_view text, int count) {
    return joined({"CASE WHEN \"pg_catalog\".\"length\"(", text, ") OPERATOR(\"pg_catalog\".<=) ",
                   std::to_string(2 * count), " THEN '***' ELSE \"pg_catalog\".\"left\"(", text, ", ",
                   std::to_string(count), ") OPERATOR(\"pg_catalog\".||) '***' END"});
}

std::string email(std::string_view text) {
    const std::string at = joined({"\"pg_catalog\".\"strpos\"(", text, ", '@')"});
    // From the last @: a quoted local part may hold others.
    const std::string domain =
        joined({"'***@' OPERATOR(\"pg_catalog\".||) \"pg_catalog\".\"split_part\"(", text, ", '@', -1)"});
    return joined({"CASE WHEN ", at, " OPERATOR(\"pg_catalog\".=) 0 THEN '***' WHEN ", at,
                   " OPERATOR(\"pg_catalog\".<=) 2 THEN ", domain, " ELSE \"pg_catalog\".\"left\"(", text,
                   ", 1) OPERATOR(\"pg_catalog\".||) ", domain, " END"});
}

std::string initials(std::string_view text) {
    const std::string trimmed = joined({"\"pg_catalog\".\"btrim\"(", text, ")"});
    const auto later_initial = [&](std::string_view number) {
        const std::string word = joined({"\"pg_catalog\".\"split_part\"(", trimmed, ", ' ', ", number, ")"});
        return joined({"CASE WHEN ", word,
                       " OPERATOR(\"pg_catalog\".=) '' THEN '' "
                       "ELSE ' ' OPERATOR(\"pg_catalog\".||) \"pg_catalog\".\"left\"(",
                       word, ", 1) OPERATOR(\"pg_catalog\".||) '.' END"});
    };
    return joined({"CASE WHEN ", trimmed,
                   " OPERATOR(\"pg_catalog\".=) '' THEN '' ELSE \"pg_catalog\".\"left\"(", trimmed,
                   ", 1) OPERATOR(\"pg_catalog\".||) '.' OPERATOR(\"pg_catalog\".||) ", later_initial("2"),
                   " OPERATOR(\"pg_catalog\".||) ", later_initial("3"), " END"});
}

}  // namespace sql::masks
