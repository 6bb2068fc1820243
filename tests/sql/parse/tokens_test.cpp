#include "sql/parse/tokens.hpp"

#include <gtest/gtest.h>

#include "sql/parse/lexed_text.hpp"
#include "sql/parse/parse_tree.hpp"

namespace {

using namespace sql::parse;

struct TokenCase {
    const char* name;
    std::string text;  // one expression
    TokenKind kind;
    std::string value;  // of its first token
};

class FirstToken : public testing::TestWithParam<TokenCase> {};

TEST_P(FirstToken, IsReadAsPostgresReadsIt) {
    const auto tree = ParseTree::of("select " + GetParam().text);
    ASSERT_TRUE(tree) << tree.error().message;
    const auto tokens = Tokens::of(tree->memory(), tree->text());
    ASSERT_TRUE(tokens) << tokens.error().message;
    const Token& token = tokens->all()[1];
    EXPECT_EQ(token.kind, GetParam().kind);
    EXPECT_EQ(token.value, GetParam().value);
    EXPECT_EQ(token.begin, 7u);
}

INSTANTIATE_TEST_SUITE_P(
    Sql, FirstToken,
    testing::Values(
        TokenCase{"folded_identifier", "FooBar", TokenKind::identifier, "foobar"},
        TokenCase{"quoted_identifier", "\"Foo\"\"Bar\"", TokenKind::identifier, "Foo\"Bar"},
        TokenCase{"long_identifier", std::string(80, 'a'), TokenKind::identifier, std::string(63, 'a')},
        TokenCase{"unicode_identifier", "U&\"d\\0061t\\+000061\"", TokenKind::identifier, "data"},
        TokenCase{"unicode_identifier_with_uescape", "U&\"d!0061ta\" UESCAPE '!'", TokenKind::identifier,
                  "data"},
        TokenCase{"long_unicode_identifier", "U&\"" + std::string(80, 'a') + "\"", TokenKind::identifier,
                  std::string(63, 'a')},
        TokenCase{"keyword", "CASE when true then 1 end", TokenKind::keyword, "case"},
        TokenCase{"string", "'it''s'", TokenKind::string, "it's"},
        TokenCase{"backslash_in_a_string", "'a\\n'", TokenKind::string, "a\\n"},
        TokenCase{"escape_string", "E'a\\nb\\x41\\u0042\\''", TokenKind::string, "a\nbAB'"},
        TokenCase{"continued_string", "'a'  -- x\n 'b'", TokenKind::string, "ab"},
        TokenCase{"unicode_string", "U&'\\D83D\\DE00 \\\\'", TokenKind::string, "\xF0\x9F\x98\x80 \\"},
        TokenCase{"dollar_string", "$x$it's \\$x$", TokenKind::string, "it's \\"},
        TokenCase{"national_string", "N'a'", TokenKind::keyword, "nchar"},
        TokenCase{"bits", "B'101'", TokenKind::bit_string, "b101"},
        TokenCase{"hex_bits", "X'1F'", TokenKind::bit_string, "x1F"},
        TokenCase{"integer", "42", TokenKind::number, "42"},
        TokenCase{"float", "1.5e-3", TokenKind::number, "1.5e-3"},
        TokenCase{"parameter", "$12", TokenKind::parameter, "$12"},
        TokenCase{"punctuation", "(1)", TokenKind::op, "("},
        TokenCase{"operator_of_several", "!~ 'a'", TokenKind::op, "!~"}),
    [](const auto& info) { return info.param.name; });

TEST(Tokens, SpellNotEqualsInOneWay) {
    const auto tree = ParseTree::of("select a != b");
    const auto tokens = Tokens::of(tree->memory(), tree->text());
    ASSERT_TRUE(tokens);
    EXPECT_TRUE(tokens->all()[2].is_op("<>"));
}

TEST(Tokens, KnowTheirPlaces) {
    const auto tree = ParseTree::of("select f((a), b[1]) from t");
    const auto tokens = Tokens::of(tree->memory(), tree->text());
    ASSERT_TRUE(tokens);
    const std::size_t open = tokens->index_at(8);
    EXPECT_TRUE(tokens->all()[open].is_op("("));
    EXPECT_EQ(tokens->all()[tokens->closing(open)].begin, 18u);
    EXPECT_EQ(tokens->closing(0), tokens->all().size());
    EXPECT_EQ(tokens->within(7, 19).size(), 11u);
    EXPECT_EQ(tokens->index_at(1000), tokens->all().size());
    EXPECT_EQ(tokens->token_at(-1), tokens->all().size());
    EXPECT_EQ(tokens->text_of(open, tokens->closing(open)), "((a), b[1]");
}

TEST(Tokens, OfAWrongTextAreAnErrorAndNoCrash) {
    TreeMemory memory;
    EXPECT_FALSE(Tokens::of(memory, "select 'open"));
    EXPECT_FALSE(Tokens::of(memory, "select U&'\\zzzz'"));
    EXPECT_FALSE(Tokens::of(memory, "select U&'a' uescape '''' "));
    EXPECT_FALSE(Tokens::of(memory, "select 1 -- comment"));
}

TEST(LexedText, IsKeptUntilTheNextOne) {
    const auto first = sql::parse::LexedText::of("SELECT 1").value();
    EXPECT_EQ(sql::parse::LexedText::of("SELECT 1").value(), first);
    const auto other = sql::parse::LexedText::of("SELECT 2").value();
    EXPECT_EQ(other->tokens().all()[1].value, "2");
    EXPECT_EQ(first->tokens().all()[1].value, "1");
    EXPECT_FALSE(sql::parse::LexedText::of("SELECT '"));
    EXPECT_FALSE(sql::parse::LexedText::of("SELECT '"));
}

}  // namespace
