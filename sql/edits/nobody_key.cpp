#include "sql/edits/nobody_key.hpp"

#include "sql/analyze.hpp"
#include "sql/print/quote.hpp"

namespace sql::edits {

std::string array_literal(std::string key, int depth) {
    for (; depth > 0; --depth) {
        if (key.find_first_of("{\"\\") != std::string::npos) {
            std::string quoted = "\"";
            for (const char c : key)
                quoted += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
            key = quoted + "\"";
        }
        key = "{" + key + "}";
    }
    return key;
}

std::string array_expression(std::string key, int depth) {
    for (; depth > 0; --depth)
        key = "ARRAY[" + key + "]::text";
    return key;
}

std::string unless_too_many(const std::string& rows, const std::string& array, int depth) {
    return "CASE WHEN " + rows + " OPERATOR(\"pg_catalog\".<=) " + std::to_string(most_repeated_rows) +
           " THEN " + array + "::text ELSE " +
           print::quote_string(array_literal(std::string(many_key), depth)) + " END";
}

// A key, or what an answer without one costs: a person where it is known who was asked about, else a miss.
std::string key_or_nobody(std::string key, int depth, const std::optional<std::string>& person, int number) {
    const std::string marker = std::string(nobody_key) + (number > 0 ? std::to_string(number) : "");
    const std::string literal = print::quote_string(array_literal(marker, depth));
    return "COALESCE(" + std::move(key) + ", " + (person ? array_expression(*person, depth) : literal) + ")";
}

// Where a query's answer of nobody reaches the query that knows who was asked about.
std::string replaced_nobody(const std::string& key, int depth, const std::string& person) {
    const std::string empty = print::quote_string(array_literal(std::string(nobody_key), depth));
    return "COALESCE(NULLIF(" + key + ", " + empty + "), " + array_expression(person, depth) + ")";
}

}  // namespace sql::edits
