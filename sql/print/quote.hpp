#pragma once

#include <string>
#include <string_view>

namespace sql::print {

/// "name", always quoted: PostgreSQL's lexer makes the same token of it, whatever keywords a server knows.
[[nodiscard]] std::string quote_identifier(std::string_view name);

/// The same, behind what `text` holds.
void append_identifier(std::string_view name, std::string& text);

/// "schema"."name"
[[nodiscard]] std::string quote_qualified(std::string_view schema, std::string_view name);

/// Whether quote_string() makes E'...' of the value.
[[nodiscard]] inline bool needs_escapes(std::string_view value) {
    return value.find('\\') != std::string_view::npos;
}

/// '...' when the value has no backslash, else E'...': the same under any standard_conforming_strings.
[[nodiscard]] std::string quote_string(std::string_view value);

/// The same, behind what `text` holds.
void append_string(std::string_view value, std::string& text);

}  // namespace sql::print
