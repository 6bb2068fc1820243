// The loader's judgement of the files under tests/cases/policies; schema_test.py has that of the JSON Schema.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "policies/load.hpp"

namespace policies::testing {
namespace {

std::vector<std::string> files_in(const char* folder) {
    std::vector<std::string> files;
    const std::filesystem::path cases =
        std::filesystem::path(TABIR_SOURCE_DIR) / "tests/cases/policies" / folder;
    for (const auto& entry : std::filesystem::directory_iterator(cases))
        files.push_back(entry.path().string());
    std::ranges::sort(files);
    return files;
}

std::string file_name(const ::testing::TestParamInfo<std::string>& info) {
    return std::filesystem::path(info.param).stem().string();
}

class GoodPolicyFile : public ::testing::TestWithParam<std::string> {};

TEST_P(GoodPolicyFile, IsAccepted) {
    const auto loaded = load_file(GetParam());
    if (const auto* mistakes = std::get_if<Mistakes>(&loaded)) FAIL() << mistakes->front().text();
}

class BadPolicyFile : public ::testing::TestWithParam<std::string> {};

TEST_P(BadPolicyFile, IsRefused) { EXPECT_TRUE(std::holds_alternative<Mistakes>(load_file(GetParam()))); }

INSTANTIATE_TEST_SUITE_P(Cases, GoodPolicyFile, ::testing::ValuesIn(files_in("good")), file_name);
INSTANTIATE_TEST_SUITE_P(Cases, BadPolicyFile, ::testing::ValuesIn(files_in("bad")), file_name);

}  // namespace
}  // namespace policies::testing
