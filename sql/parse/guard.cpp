#include "sql/parse/guard.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace sql::parse {
namespace {

constexpr std::string_view operator_characters = "~!@#^&|`?+-*/%<>=";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word_start(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}
bool is_tag_part(char c) { return is_word_start(c) || is_digit(c); }
bool is_word_part(char c) { return is_tag_part(c) || c == '$'; }

constexpr auto operator_table = [] {
    std::array<bool, 256> table{};
    for (const char c : operator_characters)
        table[static_cast<unsigned char>(c)] = true;
    return table;
}();
bool is_operator(char c) { return operator_table[static_cast<unsigned char>(c)]; }
bool is_newline(char c) { return c == '\n' || c == '\r'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\f' || is_newline(c); }

/// One pass over the text. Each skip_ function starts at the first byte of what it is named after and moves
/// at_ behind it. The rules are those of PostgreSQL's scan.l; where it would report an error (a string
/// without an end), the scan simply goes to the end of the text, and the parser reports it.
class Scan {
public:
    Scan(std::string_view text, const GuardLimits& limits) : text_(text), limits_(limits), blanked_(text) {}

    Result<std::string> run() {
        while (at_ < text_.size() && !failure_)
            skip_token();
        if (failure_) return *failure_;
        return std::move(blanked_);
    }

    /// What stands in the block comments that run() met.
    [[nodiscard]] std::vector<std::string_view> take_comments() { return std::move(comments_); }

private:
    [[nodiscard]] char peek(std::size_t ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';  // the text holds no NUL
    }
    [[nodiscard]] bool looking_at(std::string_view word) const { return text_.substr(at_).starts_with(word); }

    void skip_token() {
        const char c = text_[at_];
        if (c == ' ' || c == ',' || c == '.' || is_digit(c)) {
            ++at_;
            return;
        }
        if (is_word_start(c)) return skip_word();
        if (c == '-' && peek(1) == '-') return skip_line_comment();
        if (c == '/' && peek(1) == '*') return skip_block_comment();
        if (c == '\'') return skip_string(false);
        if (c == '"') return skip_quoted_identifier();
        if (c == '$') return skip_dollar();
        if (is_operator(c)) return skip_operator();
        skip_punctuation(c);
    }

    void skip_punctuation(char c) {
        ++at_;
        switch (c) {
            case ';':
                if (++statements_ > limits_.statements) {
                    fail(Errc::too_large,
                         fmt::format("more than {} statements in one message", limits_.statements));
                }
                return;
            case '(':
            case '[':
                if (++open_brackets_ > limits_.bracket_depth) {
                    fail(Errc::too_deep,
                         fmt::format("more than {} brackets are open", limits_.bracket_depth));
                }
                return count_depth_token();
            case ')':
            case ']': open_brackets_ = std::max(0, open_brackets_ - 1); return;
            case ':':
                if (peek() == ':') ++at_;
                return count_depth_token();
            default: return;  // white space, digits, commas, dots
        }
    }

    void skip_line_comment() {
        while (at_ < text_.size() && !is_newline(text_[at_]))
            blank();
    }

    void skip_block_comment() {
        const std::size_t begin = at_;
        int depth = 0;
        do {
            if (at_ >= text_.size()) {
                at_ = begin;
                return fail(Errc::syntax_error, "unterminated /* comment");
            }
            if (looking_at("/*")) {
                if (++depth > limits_.comment_depth) {
                    return fail(Errc::too_deep,
                                fmt::format("comments are nested more than {} deep", limits_.comment_depth));
                }
                blank();
            } else if (looking_at("*/")) {
                --depth;
                blank();
            }
            blank();
        } while (depth > 0);
        comments_.push_back(text_.substr(begin + 2, at_ - begin - 4));
    }

    // A string may go on behind white space with a newline in it, in the same mode: E'a' <newline> 'b\'c'.
    void skip_string(bool backslash_escapes) {
        do
            skip_string_part(backslash_escapes);
        while (skip_to_continuation());
    }

    void skip_string_part(bool backslash_escapes) {
        for (++at_; at_ < text_.size(); ++at_) {
            const char c = text_[at_];
            if (c == '\\' && backslash_escapes) {
                ++at_;
            } else if (c == '\'') {
                if (peek(1) != '\'') {
                    ++at_;
                    return;
                }
                ++at_;
            }
        }
        at_ = text_.size();
    }

    // Line comments count as white space here, block comments do not (scan.l, quotecontinue).
    bool skip_to_continuation() {
        std::size_t ahead = at_;
        bool newline = false;
        while (ahead < text_.size()) {
            if (text_.substr(ahead).starts_with("--")) {
                while (ahead < text_.size() && !is_newline(text_[ahead]))
                    ++ahead;
            } else if (is_space(text_[ahead])) {
                newline = newline || is_newline(text_[ahead]);
                ++ahead;
            } else {
                break;
            }
        }
        if (!newline || ahead >= text_.size() || text_[ahead] != '\'') return false;
        while (at_ < ahead)
            blank();
        // What joins the parts must still hold a newline, or the parser would not join them.
        blanked_[ahead - 1] = '\n';
        return true;
    }

    void skip_quoted_identifier() {
        for (++at_; at_ < text_.size(); ++at_) {
            if (text_[at_] != '"') continue;
            if (peek(1) != '"') break;
            ++at_;
        }
        at_ = std::min(at_ + 1, text_.size());
    }

    // $tag$ ... $tag$, $1, or a stray dollar sign.
    void skip_dollar() {
        std::size_t end = at_ + 1;
        if (end < text_.size() && is_word_start(text_[end])) {
            while (end < text_.size() && is_tag_part(text_[end]))
                ++end;
        }
        if (end >= text_.size() || text_[end] != '$') {
            ++at_;
            return;
        }
        const std::string_view delimiter = text_.substr(at_, end + 1 - at_);
        const std::size_t closing = text_.find(delimiter, end + 1);
        at_ = closing == std::string_view::npos ? text_.size() : closing + delimiter.size();
    }

    // An identifier or keyword, or the prefix of a string: E'...', B'...', X'...', N'...', U&'...', U&"...".
    void skip_word() {
        const std::size_t begin = at_;
        while (at_ < text_.size() && is_word_part(text_[at_]))
            ++at_;
        if (at_ - begin != 1) return;
        const char letter = text_[begin];
        if ((letter == 'e' || letter == 'E') && peek() == '\'') return skip_string(true);
        if ((letter == 'u' || letter == 'U') && looking_at("&'")) {
            ++at_;
            return skip_string(false);
        }
        if ((letter == 'u' || letter == 'U') && looking_at("&\"")) {
            ++at_;
            skip_quoted_identifier();
        }
    }

    void skip_operator() {
        const std::size_t begin = at_;
        while (at_ < text_.size() && is_operator(text_[at_])) {
            if (at_ > begin && (looking_at("--") || looking_at("/*"))) break;
            ++at_;
        }
        if (at_ - begin > limits_.operator_bytes) {
            at_ = begin;
            return fail(Errc::too_deep, "operator too long");
        }
        count_depth_token();
    }

    void count_depth_token() {
        if (++depth_tokens_ > limits_.depth_tokens) {
            fail(Errc::too_deep, fmt::format("more than {} operators and brackets", limits_.depth_tokens));
        }
    }

    void blank() { blanked_[at_++] = ' '; }

    void fail(Errc code, std::string message) {
        if (!failure_)
            failure_ =
                Error{.code = code, .message = std::move(message), .offset = std::min(at_, text_.size())};
    }

    std::string_view text_;
    const GuardLimits& limits_;
    std::string blanked_;
    std::vector<std::string_view> comments_;
    std::size_t at_ = 0;
    int statements_ = 0;
    int open_brackets_ = 0;
    int depth_tokens_ = 0;
    std::optional<Error> failure_;
};

/// What must hold before anything else is read.
std::optional<Error> check_bytes(std::string_view text, const GuardLimits& limits) {
    if (text.size() > limits.bytes) {
        return Error{.code = Errc::too_large,
                     .message = fmt::format("a statement has at most {} bytes", limits.bytes)};
    }
    if (const std::size_t bad = find_invalid_utf8(text); bad != std::string_view::npos) {
        return Error{.code = Errc::invalid_encoding,
                     .message = "invalid byte sequence for encoding \"UTF8\"",
                     .offset = bad};
    }
    return std::nullopt;
}

}  // namespace

Result<std::string> blank_comments(std::string_view text, const GuardLimits& limits) {
    if (auto error = check_bytes(text, limits)) return *std::move(error);
    return Scan(text, limits).run();
}

Result<std::vector<std::string_view>> block_comments(std::string_view text, const GuardLimits& limits) {
    if (auto error = check_bytes(text, limits)) return *std::move(error);
    Scan scan(text, limits);
    if (const auto blanked = scan.run(); !blanked) return blanked.error();
    return scan.take_comments();
}

}  // namespace sql::parse
