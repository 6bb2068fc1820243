// Prints every statement of tests/cases/sql without edits: the tree must stay the same.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "sql/parse/parse_tree.hpp"
#include "sql/print/print.hpp"

namespace {

using namespace sql::parse;

std::string read(const std::filesystem::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
}

class Corpus : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Corpus, KeepsItsMeaningWhenPrinted) {
    const std::string file = read(GetParam());
    const auto tree = ParseTree::of(
        file, GuardLimits{.bytes = 16 * 1024 * 1024, .statements = 100'000, .depth_tokens = 1'000'000});
    ASSERT_TRUE(tree) << tree.error().message << " at: " << file.substr(tree.error().offset.value_or(0), 60);
    const auto tokens = Tokens::of(tree->memory(), tree->text());
    ASSERT_TRUE(tokens) << tokens.error().message;
    ASSERT_GT(tree->statements().size(), 10u);

    for (const Statement& statement : tree->statements()) {
        const auto printed = sql::print::print(*tokens, statement.begin, statement.end, {});
        ASSERT_TRUE(printed) << printed.error().message;
        SCOPED_TRACE(printed->text);
        EXPECT_EQ(printed->text.find("--"), std::string::npos);
        const auto again = ParseTree::of(printed->text);
        ASSERT_TRUE(again) << again.error().message;
        ASSERT_EQ(again->statements().size(), 1u);
        EXPECT_TRUE(tree->memory().equal(statement.node, again->statements()[0].node));

        const auto twice = Tokens::of(again->memory(), again->text());
        ASSERT_TRUE(twice);
        EXPECT_EQ(sql::print::print(*twice, 0, again->text().size(), {})->text, printed->text);
    }
}

std::vector<std::filesystem::path> case_files() {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(TABIR_SOURCE_DIR "/tests/cases/sql")) {
        if (entry.path().extension() == ".sql") files.push_back(entry.path());
    }
    std::ranges::sort(files);
    return files;
}

INSTANTIATE_TEST_SUITE_P(Sql, Corpus, testing::ValuesIn(case_files()),
                         [](const auto& info) { return info.param.stem().string(); });

}  // namespace
