#include "monitoring/json_text.hpp"

#include <gtest/gtest.h>

namespace monitoring {
namespace {

using std::string_literals::operator""s;

struct TextCase {
    const char* name;
    std::string text;
    std::string json;
};

class JsonText : public testing::TestWithParam<TextCase> {};

TEST_P(JsonText, CanNeitherEndALineNorDriveATerminal) {
    std::string out;
    append_json_text(out, GetParam().text);
    EXPECT_EQ(out, GetParam().json);
}

INSTANTIATE_TEST_SUITE_P(
    Monitoring, JsonText,
    testing::Values(TextCase{"plain", "psql", R"("psql")"},
                    TextCase{"letters_of_other_scripts", "Ñandú 顧客 😀", R"("Ñandú 顧客 😀")"},
                    TextCase{"quote_and_backslash", R"(a"b\c)", R"("a\"b\\c")"},
                    TextCase{"line_feed_and_carriage_return", "a\r\nb", R"("a\u000d\u000ab")"},
                    TextCase{"nul", "a\0b"s, R"("a\u0000b")"},
                    TextCase{"ansi_escape", "\x1b[31mred", R"("\u001b[31mred")"},
                    TextCase{"c1_control", "\xc2\x9b", R"("\u009b")"},
                    TextCase{"line_separator", "\xe2\x80\xa8", R"("\u2028")"},
                    TextCase{"right_to_left_override", "\xe2\x80\xae", R"("\u202e")"},
                    TextCase{"tag_character", "\xf3\xa0\x80\x81", R"("\udb40\udc01")"},
                    TextCase{"lone_continuation", "\x80x", R"("\ufffdx")"},
                    TextCase{"overlong_slash", "\xc0\xaf", R"("\ufffd\ufffd")"},
                    TextCase{"surrogate", "\xed\xa0\x80", R"("\ufffd\ufffd\ufffd")"},
                    TextCase{"above_unicode", "\xf4\x90\x80\x80", R"("\ufffd\ufffd\ufffd\ufffd")"},
                    TextCase{"truncated_character", "a\xe9\xa1", R"("a\ufffd\ufffd")"}),
    [](const auto& tested) { return tested.param.name; });

TEST(JsonTextLength, IsBoundedBetweenTwoCharacters) {
    std::string out;
    append_json_text(out, "ab\xc3\xa9z", 3);
    EXPECT_EQ(out, "\"ab\xe2\x80\xa6\"");
}

}  // namespace
}  // namespace monitoring
