#include "gateway/session/database_statements.hpp"

#include <algorithm>
#include <cctype>
#include <string>

namespace gateway::session {
namespace {

// PostgreSQL's block comments nest.
std::size_t block_comment_length(std::string_view text) {
    std::size_t depth = 0;
    for (std::size_t at = 0; at + 1 < text.size(); ++at) {
        const auto two = text.substr(at, 2);
        if (two == "/*") ++depth;
        if (two == "*/") --depth;
        if (two != "/*" && two != "*/") continue;
        ++at;
        if (depth == 0) return at + 1;
    }
    return text.size();
}

std::string_view skip_blanks(std::string_view text) {
    for (;;) {
        const auto word = std::find_if_not(text.begin(), text.end(),
                                           [](unsigned char c) { return std::isspace(c) != 0 || c == ';'; });
        text.remove_prefix(static_cast<std::size_t>(word - text.begin()));
        if (text.starts_with("--")) {
            text.remove_prefix(std::min(text.find('\n'), text.size()));
        } else if (text.starts_with("/*")) {
            text.remove_prefix(block_comment_length(text));
        } else {
            return text;
        }
    }
}

// The next word in lower case; takes it off.
std::string next_word(std::string_view& text) {
    text = skip_blanks(text);
    std::string word;
    while (word.size() < text.size() && std::isalpha(static_cast<unsigned char>(text[word.size()])) != 0) {
        word += static_cast<char>(std::tolower(static_cast<unsigned char>(text[word.size()])));
    }
    text.remove_prefix(word.size());
    return word;
}

}  // namespace

bool wants_database_alone(std::string_view text) {
    const std::string verb = next_word(text);
    if (verb != "drop" && verb != "create" && verb != "alter") return false;
    return next_word(text) == "database";
}

bool changes_start_values(std::string_view command_tag) {
    return command_tag.starts_with("ALTER ROLE") || command_tag.starts_with("ALTER DATABASE");
}

}  // namespace gateway::session
