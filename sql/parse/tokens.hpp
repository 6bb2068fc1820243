#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sql/errors.hpp"

namespace sql::parse {

class TreeMemory;

enum class TokenKind : std::uint8_t {
    identifier,  // value: folded and cut to 63 bytes as PostgreSQL does, or what stood between double quotes
    keyword,     // value: canonical, lower case ("select")
    string,      // value: decoded, whatever the spelling ('', E'', U&'', $$)
    bit_string,  // value: b or x, then the digits
    number,      // value: as written
    parameter,   // value: as written ($1)
    op,          // operators and punctuation; value: as written, but <> for !=
};

struct Token {
    TokenKind kind = TokenKind::op;
    std::uint32_t begin = 0;  // byte offsets into the text
    std::uint32_t end = 0;
    std::string_view value;  // lives in the TreeMemory, the text or static memory

    [[nodiscard]] bool is_op(std::string_view spelling) const {
        return kind == TokenKind::op && value == spelling;
    }
    [[nodiscard]] bool is_op(char spelling) const {
        return kind == TokenKind::op && value.size() == 1 && value.front() == spelling;
    }
    [[nodiscard]] bool opens_bracket() const { return is_op('(') || is_op('['); }
    [[nodiscard]] bool closes_bracket() const { return is_op(')') || is_op(']'); }
    [[nodiscard]] bool is_keyword(std::string_view word) const {
        return kind == TokenKind::keyword && value == word;
    }
};

/// A text as PostgreSQL's own lexer cuts it, in order, UESCAPE clauses joined to their strings.
class Tokens {
public:
    /// `text` must have been parsed by `memory` before and must outlive the tokens: texts that do not parse
    /// are an error (syntax_error) here only when their lexical form is wrong.
    [[nodiscard]] static Result<Tokens> of(TreeMemory& memory, std::string_view text);

    [[nodiscard]] std::string_view text() const { return text_; }
    [[nodiscard]] std::span<const Token> all() const { return tokens_; }
    /// The tokens that lie within bytes [begin, end).
    [[nodiscard]] std::span<const Token> within(std::size_t begin, std::size_t end) const;
    /// Index of the first token that begins at or behind `offset`; all().size() when there is none.
    [[nodiscard]] std::size_t index_at(std::size_t offset) const;
    /// Index of the token at the location of a tree node, which is the begin of one.
    [[nodiscard]] std::size_t token_at(int location) const {
        return index_at(static_cast<std::size_t>(location));
    }
    /// Index of the bracket that closes the ( or [ at `open`; all().size() when it is none or never closed.
    [[nodiscard]] std::size_t closing(std::size_t open) const;
    /// Index of the token behind the one at `token`, or behind the brackets that it opens.
    [[nodiscard]] std::size_t past(std::size_t token) const;
    /// What is written from the token `first` to the one before `behind`, of which there is one at least.
    [[nodiscard]] std::string text_of(std::size_t first, std::size_t behind) const;

private:
    explicit Tokens(std::string_view text) : text_(text) {}

    void match_brackets();

    std::string_view text_;
    std::vector<Token> tokens_;
    std::vector<std::uint32_t> closing_;  // by token; 0: none
};

}  // namespace sql::parse
