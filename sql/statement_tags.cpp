#include "sql/statement_tags.hpp"

#include <charconv>
#include <optional>

#include "sql/parse/guard.hpp"

namespace sql {
namespace {

std::optional<std::string> url_decoded(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded.push_back(text[i]);
            continue;
        }
        if (i + 2 >= text.size()) return std::nullopt;
        const std::string_view digits = text.substr(i + 1, 2);
        unsigned byte = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + 2, byte, 16);
        if (error != std::errc() || end != digits.data() + 2) return std::nullopt;
        decoded.push_back(static_cast<char>(byte));
        i += 2;
    }
    return decoded;
}

/// Reads pairs off the front of one comment.
class TagReader {
public:
    explicit TagReader(std::string_view comment) : rest_(comment) {}

    /// nullopt: the comment is of another form.
    std::optional<std::vector<StatementTag>> read() {
        std::vector<StatementTag> tags;
        do {
            skip_blanks();
            auto key = read_key();
            auto value = key ? read_value() : std::nullopt;
            if (!value) return std::nullopt;
            tags.emplace_back(std::move(*key), std::move(*value));
            skip_blanks();
        } while (take(','));
        if (!rest_.empty()) return std::nullopt;
        return tags;
    }

private:
    bool take(char c) {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }

    void skip_blanks() {
        while (!rest_.empty() && std::string_view(" \t\r\n").find(rest_.front()) != std::string_view::npos)
            rest_.remove_prefix(1);
    }

    std::optional<std::string> read_key() {
        const std::size_t end = rest_.find_first_of("=', \t\r\n");
        if (end == std::string_view::npos || end == 0) return std::nullopt;
        auto key = url_decoded(rest_.substr(0, end));
        rest_.remove_prefix(end);
        return key;
    }

    std::optional<std::string> read_value() {
        if (!take('=') || !take('\'')) return std::nullopt;
        std::string value;
        while (!rest_.empty() && rest_.front() != '\'') {
            if (rest_.starts_with("\\'")) rest_.remove_prefix(1);
            value.push_back(rest_.front());
            rest_.remove_prefix(1);
        }
        if (!take('\'')) return std::nullopt;
        return url_decoded(value);
    }

    std::string_view rest_;
};

}  // namespace

Result<std::vector<StatementTag>> statement_tags(std::string_view text, std::string_view must_parse) {
    const auto comments = parse::block_comments(text);
    if (!comments) return comments.error();
    std::vector<StatementTag> all;
    for (const std::string_view comment : *comments) {
        auto tags = TagReader(comment).read();
        if (!tags && comment.find(must_parse) != std::string_view::npos) {
            return Error{.code = Errc::syntax_error,
                         .message = "a comment that says " + std::string(must_parse) +
                                    " is not of the form key='value',key='value'",
                         .offset = static_cast<std::size_t>(comment.data() - text.data())};
        }
        if (tags) all.insert(all.end(), tags->begin(), tags->end());
    }
    return all;
}

}  // namespace sql
