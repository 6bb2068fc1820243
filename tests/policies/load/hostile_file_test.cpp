// Files made to exhaust the gateway are refused in a moment (THREATS.md, part F).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "tests/policies/load/policy_text.hpp"
#include "tests/support/processor_time.hpp"

namespace policies::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string repeated(const std::string& part, std::size_t times) {
    std::string text;
    text.reserve(part.size() * times);
    for (std::size_t i = 0; i < times; ++i)
        text += part;
    return text;
}

std::string billion_laughs() {
    std::string text = "a0: &a0 [x, x]\n";
    for (int i = 1; i < 40; ++i) {
        const auto before = std::to_string(i - 1);
        text +=
            "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + before + ", *a" + before + "]\n";
    }
    return text;
}

struct HostileCase {
    const char* name;
    std::string text;
    const char* message;
};

class HostileFile : public ::testing::TestWithParam<HostileCase> {};

TEST_P(HostileFile, IsRefusedQuickly) {
    const tests::ProcessorTime time;
    const auto mistakes = mistakes_in(GetParam().text);
    const auto took = time.spent();
    ASSERT_THAT(mistakes, Not(IsEmpty()));
    EXPECT_THAT(mistakes.front(), HasSubstr(GetParam().message));
    // Far above what it takes, even under the sanitizers, and far below what an attack would aim at.
    EXPECT_LT(took, std::chrono::seconds(10));
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, HostileFile,
    ::testing::Values(
        HostileCase{"larger_than_a_mebibyte", "version: 1\n" + repeated("# x\n", 300'000),
                    "1:1: the file is larger than 1 MiB"},
        HostileCase{"nul_byte", std::string("version: 1\nx: \0", 15), "p.yaml:2:4: a NUL byte stands here"},
        HostileCase{"utf16", std::string("v\0e\0r\0", 6), "a NUL byte stands here"},
        HostileCase{"latin1", "version: 1\n# caf\xe9\n", "p.yaml:2:6: these bytes are not UTF-8"},
        HostileCase{"overlong", "a: \xc0\xaf", "these bytes are not UTF-8"},
        HostileCase{"surrogate", "a: \xed\xa0\x80", "these bytes are not UTF-8"},
        HostileCase{"cut_character", "a: \xe2\x82", "these bytes are not UTF-8"},
        HostileCase{"billion_laughs", billion_laughs(), "anchors (&name) are not allowed"},
        HostileCase{"a_million_brackets", repeated("[", 1'000'000), "p.yaml:1:1: "},
        HostileCase{"a_million_braces", repeated("{", 1'000'000), "p.yaml:1:1: "},
        HostileCase{"a_staircase_of_dashes", repeated("- ", 500'000), "nested more than 16 deep"},
        HostileCase{"a_staircase_of_keys", repeated("? ", 500'000), "a key must be a word"},
        HostileCase{"many_values", "a: [" + repeated("1,", 200'000) + "]", "more than 100,000 values"},
        HostileCase{"many_nulls", repeated("a:\n", 300'000), "duplicate key 'a'"},
        HostileCase{"one_long_word", repeated("x", 1'000'000), "a policy must be a map, not 'xxx"},
        HostileCase{"one_long_key", repeated("x", 1'000'000) + ": 1", ""},
        HostileCase{"an_open_quote", "a: \"" + repeated("x\n", 400'000), "unknown key of a policy 'a'"},
        HostileCase{"deep_indentation", "a:\n" + repeated(" ", 900'000) + "b: 1", ""},
        HostileCase{"many_anchors", repeated("- &a x\n", 90'000), "anchors (&name) are not allowed"}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace policies::testing
