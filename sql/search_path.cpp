#include "sql/search_path.hpp"

#include <algorithm>
#include <cctype>

#include "sql/catalog.hpp"

namespace sql {
namespace {

constexpr std::string_view blanks = " \t\n\r\f\v";

// ASCII only, as PostgreSQL folds in a UTF-8 database.
std::string lower(std::string_view text) {
    std::string folded(text);
    for (char& c : folded) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return folded;
}

void skip_blanks(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
}

// One name from the front of `text`; nullopt: there is none.
std::optional<std::string> take_name(std::string_view& text) {
    if (!text.starts_with('"')) {
        const auto size = std::min(text.find_first_of(" \t\n\r\f\v,"), text.size());
        if (size == 0) return std::nullopt;
        std::string name = lower(text.substr(0, size));
        text.remove_prefix(size);
        return name;
    }
    std::string name;
    for (text.remove_prefix(1);;) {
        const auto end = text.find('"');
        if (end == std::string_view::npos) return std::nullopt;
        name += text.substr(0, end);
        text.remove_prefix(end + 1);
        if (!text.starts_with('"')) return name;
        name += '"';
        text.remove_prefix(1);
    }
}

bool needs_quotes(std::string_view name) {
    if (name.empty() || std::isdigit(static_cast<unsigned char>(name.front())) != 0) return true;
    for (const char byte : name) {
        const bool plain = (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '_';
        if (!plain) return true;
    }
    return false;
}

std::string quoted(std::string_view name) {
    std::string text = "\"";
    for (const char c : name)
        text.append(c == '"' ? 2 : 1, c);
    return text + '"';
}

}  // namespace

std::optional<std::vector<std::string>> split_search_path(std::string_view value) {
    std::vector<std::string> names;
    skip_blanks(value);
    if (value.empty()) return names;
    for (;;) {
        auto name = take_name(value);
        if (!name) return std::nullopt;
        names.push_back(std::move(*name));
        skip_blanks(value);
        if (value.empty()) return names;
        if (!value.starts_with(',')) return std::nullopt;
        value.remove_prefix(1);
        skip_blanks(value);
    }
}

std::string search_path_text(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) {
        if (!text.empty()) text += ", ";
        text += needs_quotes(name) ? quoted(name) : name;
    }
    return text.empty() ? "\"\"" : text;
}

std::string backend_search_path(const Catalog& catalog, const std::vector<std::string>& clients) {
    std::vector<std::string> names{"pg_catalog"};
    const auto add = [&](const std::string& name) {
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    };
    std::ranges::for_each(catalog.trusted_schemas(), add);
    for (const std::string& name : clients) {
        if (std::ranges::find(catalog.plain_schemas(), name) != catalog.plain_schemas().end()) add(name);
    }
    add("pg_temp");
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : ", ") + quoted(name);
    return text;
}

}  // namespace sql
