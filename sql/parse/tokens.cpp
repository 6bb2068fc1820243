#include "sql/parse/tokens.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "sql/parse/tree_memory.hpp"
#include "sql/parse/unicode_escapes.hpp"

#include "sql/parse/pg_nodes.hpp"
extern "C" {
#include <parser/gramparse.h>
#include <parser/scanner.h>
#include <parser/scansup.h>
}

namespace sql::parse {
namespace {

// libpg_query's lexer has two more tokens than the header, right behind the last one that the core scanner
// names.
constexpr int line_comment = NOT_EQUALS + 1;
constexpr int block_comment = NOT_EQUALS + 2;

struct Lexeme {
    int code;
    std::uint32_t begin;
    std::uint32_t end;
    const char* text;  // decoded value or keyword; only set for tokens that have one
};

bool has_text(int code) {
    return code == IDENT || code == UIDENT || code == SCONST || code == USCONST || code == BCONST ||
           code == XCONST;
}

// Runs under call_postgres: `lexemes` lives outside of it, and an error can only come out of core_yylex.
void lex(const char* text, std::vector<Lexeme>& lexemes) {
    // The library's struct has one more member than the header's.
    struct {
        core_yy_extra_type known;
        char more[64];
    } extra{};
    core_yyscan_t scanner = scanner_init(text, &extra.known, &ScanKeywords, ScanKeywordTokens);
    extra.known.standard_conforming_strings = true;
    extra.known.escape_string_warning = false;
    core_YYSTYPE value{};
    YYLTYPE offset = 0;
    while (const int code = core_yylex(&value, &offset, scanner)) {
        // The scanner has put a NUL behind the token; base_yylex relies on it in the same way.
        const auto begin = static_cast<std::uint32_t>(offset);
        const auto length = static_cast<std::uint32_t>(std::strlen(extra.known.scanbuf + offset));
        const char* const decoded = has_text(code)         ? value.str
                                    : code > block_comment ? value.keyword
                                                           : nullptr;
        lexemes.push_back(Lexeme{code, begin, begin + length, decoded});
    }
    scanner_finish(scanner);
}

TokenKind kind_of(int code) {
    switch (code) {
        case IDENT:
        case UIDENT: return TokenKind::identifier;
        case SCONST:
        case USCONST: return TokenKind::string;
        case BCONST:
        case XCONST: return TokenKind::bit_string;
        case ICONST:
        case FCONST: return TokenKind::number;
        case PARAM: return TokenKind::parameter;
        default: return code > block_comment ? TokenKind::keyword : TokenKind::op;
    }
}

Error lexical_error(const char* message, std::size_t offset) {
    return Error{.code = Errc::syntax_error, .message = message, .offset = offset};
}

// Joins U&'...' UESCAPE '!' as base_yylex does. Moves `at` to the last lexeme that it used.
Result<Token> unicode_token(TreeMemory& memory, const std::vector<Lexeme>& lexemes, std::size_t& at) {
    const Lexeme& lexeme = lexemes[at];
    char escape = '\\';
    const auto is_uescape = [](const Lexeme& next) {
        return next.code > block_comment && std::string_view(next.text) == "uescape";
    };
    if (at + 1 < lexemes.size() && is_uescape(lexemes[at + 1])) {
        if (at + 2 >= lexemes.size() || lexemes[at + 2].code != SCONST ||
            !is_unicode_escape_character(lexemes[at + 2].text)) {
            return lexical_error("UESCAPE must be followed by a simple string literal",
                                 lexemes[at + 1].begin);
        }
        escape = lexemes[at + 2].text[0];
        at += 2;
    }
    const auto decoded = decode_unicode_escapes(lexeme.text, escape);
    if (!decoded) return lexical_error("invalid Unicode escape", lexeme.begin);
    char* value = memory.string(*decoded);
    std::size_t length = decoded->size();
    if (lexeme.code == UIDENT) {
        if (auto cut = memory.run([&] { truncate_identifier(value, static_cast<int>(length), false); }); !cut)
            return cut.error();
        length = std::strlen(value);
    }
    return Token{kind_of(lexeme.code), lexeme.begin, lexemes[at].end, std::string_view(value, length)};
}

}  // namespace

Result<Tokens> Tokens::of(TreeMemory& memory, std::string_view text) {
    std::vector<Lexeme> lexemes;
    lexemes.reserve(text.size() / 4 + 8);
    const char* terminated = memory.string(text);
    if (auto done = memory.run([&] { lex(terminated, lexemes); }, text); !done) return done.error();

    Tokens tokens(text);
    tokens.tokens_.reserve(lexemes.size());
    for (std::size_t at = 0; at < lexemes.size(); ++at) {
        const Lexeme& lexeme = lexemes[at];
        if (lexeme.code == line_comment || lexeme.code == block_comment) {
            return lexical_error("a comment is left in the text", lexeme.begin);
        }
        if (lexeme.code == UIDENT || lexeme.code == USCONST) {
            auto token = unicode_token(memory, lexemes, at);
            if (!token) return token.error();
            tokens.tokens_.push_back(*token);
            continue;
        }
        std::string_view value = lexeme.text != nullptr
                                     ? std::string_view(lexeme.text)
                                     : text.substr(lexeme.begin, lexeme.end - lexeme.begin);
        if (lexeme.code == NOT_EQUALS) value = "<>";
        tokens.tokens_.push_back(Token{kind_of(lexeme.code), lexeme.begin, lexeme.end, value});
    }
    tokens.match_brackets();
    return tokens;
}

std::size_t Tokens::index_at(std::size_t offset) const {
    const auto found = std::ranges::lower_bound(tokens_, offset, {}, &Token::begin);
    return static_cast<std::size_t>(found - tokens_.begin());
}

std::span<const Token> Tokens::within(std::size_t begin, std::size_t end) const {
    const std::size_t first = index_at(begin);
    std::size_t last = first;
    while (last < tokens_.size() && tokens_[last].end <= end)
        ++last;
    return all().subspan(first, last - first);
}

std::size_t Tokens::closing(std::size_t open) const {
    return open < closing_.size() && closing_[open] != 0 ? closing_[open] : tokens_.size();
}

std::size_t Tokens::past(std::size_t token) const {
    const bool opens = tokens_[token].is_op('(') || tokens_[token].is_op('[');
    return (opens ? closing(token) : token) + 1;
}

std::string Tokens::text_of(std::size_t first, std::size_t behind) const {
    const std::size_t begin = tokens_[first].begin;
    return std::string(text_.substr(begin, tokens_[behind - 1].end - begin));
}

// Like PostgreSQL's lexer, which knows no pairs, a round bracket may close a square one here.
void Tokens::match_brackets() {
    closing_.assign(tokens_.size(), 0);
    std::vector<std::uint32_t> open;
    for (std::uint32_t i = 0; i < tokens_.size(); ++i) {
        if (tokens_[i].opens_bracket()) open.push_back(i);
        if (!tokens_[i].closes_bracket() || open.empty()) continue;
        closing_[open.back()] = i;
        open.pop_back();
    }
}

}  // namespace sql::parse
