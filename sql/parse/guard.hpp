#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sql/errors.hpp"

namespace sql::parse {

/// What a text may hold before a parser sees it. PostgreSQL's lexer takes quadratic time over nested
/// comments, and trees as deep as the text is long would overflow the stack of whoever walks them.
struct GuardLimits {
    std::size_t bytes = std::size_t{256} * 1024;
    int statements = 1'000;  // semicolons
    int comment_depth = 16;
    std::size_t operator_bytes = 63;  // NAMEDATALEN - 1: longer ones are an error of PostgreSQL's own
    int bracket_depth = 1'000;        // open ( and [ at any one place
    int depth_tokens = 20'000;        // operators, ::, ( and [ in all
    int tree_depth = 500;             // nodes from a statement's root to a leaf; see tree_depth.hpp
};

/// Reads `text` once, byte by byte, with the lexical rules of PostgreSQL 15 under standard_conforming_strings
/// = on, and returns it with every comment turned into blanks, so that all offsets stay as they are. Its
/// errors are too_large, too_deep, invalid_encoding (not UTF-8, or a NUL byte) and, for an open comment,
/// syntax_error.
[[nodiscard]] Result<std::string> blank_comments(std::string_view text, const GuardLimits& limits = {});

/// What stands between the outer /* and */ of each block comment, by the same rules and with the same errors.
[[nodiscard]] Result<std::vector<std::string_view>> block_comments(std::string_view text,
                                                                   const GuardLimits& limits = {});

/// Offset of the first byte that is not part of a well-formed, NUL-free UTF-8 text; npos when there is none.
[[nodiscard]] std::size_t find_invalid_utf8(std::string_view text);

}  // namespace sql::parse
