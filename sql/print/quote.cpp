#include "sql/print/quote.hpp"

namespace sql::print {

void append_identifier(std::string_view name, std::string& text) {
    text += '"';
    if (name.find('"') == std::string_view::npos) {
        text += name;
    } else {
        for (const char c : name) {
            if (c == '"') text += '"';
            text += c;
        }
    }
    text += '"';
}

std::string quote_identifier(std::string_view name) {
    std::string quoted;
    quoted.reserve(name.size() + 2);
    append_identifier(name, quoted);
    return quoted;
}

std::string quote_qualified(std::string_view schema, std::string_view name) {
    return quote_identifier(schema) + '.' + quote_identifier(name);
}

void append_string(std::string_view value, std::string& text) {
    if (needs_escapes(value)) text += 'E';
    text += '\'';
    for (const char c : value) {
        if (c == '\'' || c == '\\') text += c;
        text += c;
    }
    text += '\'';
}

std::string quote_string(std::string_view value) {
    std::string quoted;
    quoted.reserve(value.size() + 3);
    append_string(value, quoted);
    return quoted;
}

}  // namespace sql::print
