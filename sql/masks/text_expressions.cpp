#include <fmt/format.h>

#include "sql/masks/expressions.hpp"

namespace sql::masks {

// Operators and functions are qualified: a back end's search_path must not decide what they are.

std::string keep_last(std::string_view text, int count) {
    return fmt::format(
        "CASE WHEN \"pg_catalog\".\"length\"({0}) OPERATOR(\"pg_catalog\".<=) {2} THEN '***' "
        "ELSE '***' OPERATOR(\"pg_catalog\".||) \"pg_catalog\".\"right\"({0}, {1}) END",
        text, count, 2 * count);
}

std::string keep_first(std::string_view text, int count) {
    return fmt::format(
        "CASE WHEN \"pg_catalog\".\"length\"({0}) OPERATOR(\"pg_catalog\".<=) {2} THEN '***' "
        "ELSE \"pg_catalog\".\"left\"({0}, {1}) OPERATOR(\"pg_catalog\".||) '***' END",
        text, count, 2 * count);
}

std::string email(std::string_view text) {
    const std::string at = fmt::format("\"pg_catalog\".\"strpos\"({}, '@')", text);
    // From the last @: a quoted local part may hold others.
    const std::string domain =
        fmt::format("'***@' OPERATOR(\"pg_catalog\".||) \"pg_catalog\".\"split_part\"({}, '@', -1)", text);
    return fmt::format(
        "CASE WHEN {0} OPERATOR(\"pg_catalog\".=) 0 THEN '***' WHEN {0} OPERATOR(\"pg_catalog\".<=) 2 THEN "
        "{1} "
        "ELSE \"pg_catalog\".\"left\"({2}, 1) OPERATOR(\"pg_catalog\".||) {1} END",
        at, domain, text);
}

std::string initials(std::string_view text) {
    const std::string trimmed = fmt::format("\"pg_catalog\".\"btrim\"({})", text);
    const auto word = [&](int number) {
        return fmt::format("\"pg_catalog\".\"split_part\"({}, ' ', {})", trimmed, number);
    };
    const auto later_initial = [&](int number) {
        return fmt::format(
            "CASE WHEN {0} OPERATOR(\"pg_catalog\".=) '' THEN '' "
            "ELSE ' ' OPERATOR(\"pg_catalog\".||) \"pg_catalog\".\"left\"({0}, 1) "
            "OPERATOR(\"pg_catalog\".||) '.' END",
            word(number));
    };
    return fmt::format(
        "CASE WHEN {0} OPERATOR(\"pg_catalog\".=) '' THEN '' "
        "ELSE \"pg_catalog\".\"left\"({0}, 1) OPERATOR(\"pg_catalog\".||) '.' "
        "OPERATOR(\"pg_catalog\".||) {1} OPERATOR(\"pg_catalog\".||) {2} END",
        trimmed, later_initial(2), later_initial(3));
}

}  // namespace sql::masks
