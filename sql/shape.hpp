#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sql/errors.hpp"

namespace sql {

/// A constant that could be another one: a string in any spelling, or a plain decimal number.
struct Constant {
    std::uint32_t begin = 0;  // bytes of the text
    std::uint32_t end = 0;
    char kind = 's';    // s: string; i: whole number that fits into an int4; l: a longer one; d: with a point
    std::string value;  // as the parse tree has it
    std::string spelled;  // as the print spells it
};

/// Where a token stands.
struct TokenPlace {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::uint32_t spelled = 0;  // bytes that the print takes for it

    /// Of CopiedSpan.
    [[nodiscard]] std::size_t copied() const { return std::min(spelled, end - begin); }
};

/// What is left of a text without its constants, comments and white space. PostgreSQL's grammar makes the
/// same tree of texts of one shape, but for the values in it: it knows constants by their kind only.
class Shape {
public:
    /// Errors are those of the guard and of the lexer.
    [[nodiscard]] static Result<Shape> of(std::string_view text);

    /// Equal for texts of one shape only.
    [[nodiscard]] const std::string& key() const { return key_; }
    [[nodiscard]] std::span<const Constant> constants() const { return constants_; }
    [[nodiscard]] std::span<const TokenPlace> tokens() const { return tokens_; }

private:
    std::string key_;
    std::vector<Constant> constants_;
    std::vector<TokenPlace> tokens_;
};

}  // namespace sql
