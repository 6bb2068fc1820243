#include "sql/parse/guard.hpp"

#include <gtest/gtest.h>

namespace {

using sql::Errc;
using sql::parse::blank_comments;
using sql::parse::GuardLimits;

struct BlankCase {
    const char* name;
    std::string_view text;
    std::string_view blanked;
};

class Comments : public testing::TestWithParam<BlankCase> {};

TEST_P(Comments, BecomeBlanksWhereThePostgresLexerSeesThem) {
    const auto blanked = blank_comments(GetParam().text);
    ASSERT_TRUE(blanked) << blanked.error().message;
    EXPECT_EQ(*blanked, GetParam().blanked);
    EXPECT_EQ(blanked->size(), GetParam().text.size());
}

INSTANTIATE_TEST_SUITE_P(
    Sql, Comments,
    testing::Values(BlankCase{"line", "a --b\nc", "a    \nc"},
                    BlankCase{"line_until_carriage_return", "a--b\rc", "a   \rc"},
                    BlankCase{"line_at_the_end", "a --", "a   "}, BlankCase{"block", "a/*b*/c", "a     c"},
                    BlankCase{"nested_block", "/*/*a*/*/b", "         b"},
                    BlankCase{"block_of_stars", "/***/b", "     b"},
                    BlankCase{"slash_inside_a_block", "/*/ */b", "      b"},
                    BlankCase{"inside_a_string", "'--' '/*'", "'--' '/*'"},
                    BlankCase{"behind_a_doubled_quote", "'a''--'", "'a''--'"},
                    BlankCase{"backslash_is_plain_in_a_string", "'a\\'--b", "'a\\'   "},
                    BlankCase{"backslash_escapes_in_an_escape_string", "E'a\\'--b'", "E'a\\'--b'"},
                    BlankCase{"escape_string_behind_a_number", "1e'\\'--'", "1e'\\'--'"},
                    BlankCase{"no_escape_string_behind_a_letter", "fe'\\'--'", "fe'\\'   "},
                    BlankCase{"unicode_string_keeps_backslashes", "U&'\\'--'", "U&'\\'   "},
                    BlankCase{"unicode_identifier", "U&\"--\"--", "U&\"--\"  "},
                    BlankCase{"quoted_identifier", "\"a\"\"--\"", "\"a\"\"--\""},
                    BlankCase{"dollar_quotes", "$$--$$--", "$$--$$  "},
                    BlankCase{"tagged_dollar_quotes", "$a$ $b$ -- $$ $a$--", "$a$ $b$ -- $$ $a$  "},
                    BlankCase{"a_parameter_opens_no_dollar_quote", "$1$a$--$a$", "$1$a$--$a$"},
                    BlankCase{"a_dollar_in_a_word_opens_no_dollar_quote", "a$b$--", "a$b$  "},
                    BlankCase{"inside_an_operator", "1+--2", "1+   "},
                    BlankCase{"block_inside_an_operator", "1*/*x*/2", "1*     2"},
                    BlankCase{"star_slash_is_an_operator", "a*/b", "a*/b"},
                    BlankCase{"continued_escape_string", "E'a'\n'\\'--'", "E'a'\n'\\'--'"},
                    BlankCase{"comment_between_parts_of_a_string", "E'a'--x\n '\\'--'", "E'a'    \n'\\'--'"},
                    BlankCase{"no_continuation_without_a_newline", "E'a' '\\'--'", "E'a' '\\'   "},
                    BlankCase{"no_continuation_over_a_block", "E'a'/*\n*/'\\'--'", "E'a'     '\\'   "},
                    BlankCase{"unterminated_string", "'--", "'--"},
                    BlankCase{"umlauts", "\"ä\" -- ö", "\"ä\"      "}),
    [](const auto& info) { return info.param.name; });

std::string repeated(std::string_view unit, int times) {
    std::string text;
    for (int i = 0; i < times; ++i)
        text += unit;
    return text;
}

struct RefusedCase {
    const char* name;
    std::string text;
    Errc expected;
};

class HostileText : public testing::TestWithParam<RefusedCase> {};

TEST_P(HostileText, IsRefusedBeforeAnyParserSeesIt) {
    const auto blanked = blank_comments(GetParam().text);
    ASSERT_FALSE(blanked);
    EXPECT_EQ(blanked.error().code, GetParam().expected) << blanked.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    Sql, HostileText,
    testing::Values(RefusedCase{"too_many_bytes", repeated("a ", 200'000), Errc::too_large},
                    RefusedCase{"too_many_statements", repeated("select 1;", 1001), Errc::too_large},
                    RefusedCase{"nested_comments", repeated("/*", 17), Errc::too_deep},
                    RefusedCase{"open_comment", "select 1 /* x", Errc::syntax_error},
                    RefusedCase{"open_brackets", repeated("(", 1'001), Errc::too_deep},
                    RefusedCase{"open_subscripts", repeated("[", 1'001), Errc::too_deep},
                    RefusedCase{"long_operator", repeated("+", 64), Errc::too_deep},
                    RefusedCase{"many_operators", repeated("1+", 20'001), Errc::too_deep},
                    RefusedCase{"many_casts", repeated("::a", 20'001), Errc::too_deep},
                    RefusedCase{"nul", std::string("select\0 1", 9), Errc::invalid_encoding},
                    RefusedCase{"overlong", "select '\xC0\x80'", Errc::invalid_encoding},
                    RefusedCase{"cut_sequence", "select 'a\xE2\x82", Errc::invalid_encoding},
                    RefusedCase{"surrogate", "select '\xED\xA0\x80'", Errc::invalid_encoding},
                    RefusedCase{"beyond_unicode", "select '\xF4\x90\x80\x80'", Errc::invalid_encoding}),
    [](const auto& info) { return info.param.name; });

TEST(Guard, LetsThroughWhatStandsAtItsLimits) {
    EXPECT_TRUE(blank_comments(repeated("(", 1'000) + repeated(")", 1'000)));
    EXPECT_TRUE(blank_comments(repeated("/*", 16) + repeated("*/", 16)));
    EXPECT_TRUE(blank_comments(repeated(";", 100)));
    EXPECT_TRUE(blank_comments(repeated("+", 63)));
    EXPECT_TRUE(blank_comments(repeated(" ", 256 * 1024)));
}

TEST(Guard, FindsABadByteWhereverItStands) {
    for (const char bad : {'\0', '\x80', '\xff'}) {
        for (std::size_t length = 1; length < 40; ++length) {
            for (std::size_t at = 0; at < length; ++at) {
                std::string text(length, '\x01');
                text[at] = bad;
                ASSERT_EQ(sql::parse::find_invalid_utf8(text), at) << length;
            }
        }
    }
    EXPECT_EQ(sql::parse::find_invalid_utf8("eight bytes, \xc3\xa9 and \x7f more"), std::string::npos);
}

}  // namespace
