#include "gateway/detection/frozen_users.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace gateway::detection {
namespace {

using ::testing::HasSubstr;

const std::chrono::system_clock::time_point then{std::chrono::seconds(1'790'000'000)};

class FrozenFile : public ::testing::Test {
protected:
    FrozenFile() {
        std::string pattern = (std::filesystem::temp_directory_path() / "tabir-frozen-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
        path_ = folder_ / "frozen";
    }
    ~FrozenFile() override { std::filesystem::remove_all(folder_); }

    [[nodiscard]] std::unique_ptr<FrozenUsers> opened() const { return *FrozenUsers::open(path_.string()); }
    [[nodiscard]] std::string text() const {
        std::ifstream stream(path_);
        return {std::istreambuf_iterator<char>(stream), {}};
    }
    void write(const std::string& text) const { std::ofstream(path_) << text; }
    // Not even root can write beside a file whose folder is gone.
    void lose_the_folder() const { std::filesystem::rename(folder_, folder_.string() + ".gone"); }
    void find_the_folder() const { std::filesystem::rename(folder_.string() + ".gone", folder_); }

    std::filesystem::path folder_;
    std::filesystem::path path_;
};

TEST_F(FrozenFile, KeepsWhoIsFrozenOverARestart) {
    auto users = opened();
    EXPECT_TRUE(users->freeze("agent7", "canaries", then));
    EXPECT_FALSE(users->freeze("Agent7", "misses", then)) << "frozen already";
    EXPECT_TRUE(users->contains("AGENT7"));
    EXPECT_FALSE(users->contains("agent8"));
    EXPECT_THAT(text(), HasSubstr("\n2026-09-21T14:13:20Z canaries agent7\n"));
    users.reset();
    EXPECT_TRUE(opened()->contains("agent7"));
    EXPECT_EQ(opened()->size(), 1U);
}

TEST_F(FrozenFile, IsForItsOwnerAlone) {
    (void)opened();
    struct stat found {};
    ASSERT_EQ(stat(path_.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777U, 0600U);
}

TEST_F(FrozenFile, IsSharedByProcesses) {
    const auto one = opened();
    const auto other = opened();
    one->freeze("agent7", "canaries", then);
    other->freeze("agent 8", "canaries", then);
    EXPECT_TRUE(other->contains("agent7")) << "found when it wrote";
    EXPECT_FALSE(one->contains("agent 8"));
    EXPECT_EQ(one->look(), "");
    EXPECT_TRUE(one->contains("agent 8"));
}

TEST_F(FrozenFile, LetsGoWhoIsThawed) {
    const auto users = opened();
    users->freeze("agent7", "canaries", then);
    users->freeze("agent 8", "canaries", then);
    EXPECT_EQ(FrozenUsers::thaw(path_.string(), "Agent 8"), "");
    EXPECT_EQ(FrozenUsers::thaw(path_.string(), "agent9"), "\"agent9\" is not frozen");
    EXPECT_TRUE(users->contains("agent 8"));
    EXPECT_EQ(users->look(), "");
    EXPECT_FALSE(users->contains("agent 8"));
    EXPECT_TRUE(users->contains("agent7"));
    EXPECT_EQ(FrozenUsers::list(path_.string())->size(), 1U);
}

TEST_F(FrozenFile, IsWrittenLaterWhereItCannotBeNow) {
    const auto users = opened();
    lose_the_folder();
    EXPECT_TRUE(users->freeze("agent7", "canaries", then));
    EXPECT_TRUE(users->contains("agent7")) << "he is frozen at once";
    EXPECT_FALSE(users->all_written());
    EXPECT_NE(users->look(), "");
    find_the_folder();
    EXPECT_EQ(users->look(), "");
    EXPECT_TRUE(users->all_written());
    EXPECT_THAT(text(), HasSubstr("agent7"));
}

TEST_F(FrozenFile, ThawsNobodyByGettingLostOrDamaged) {
    const auto users = opened();
    users->freeze("agent7", "canaries", then);
    std::filesystem::remove(path_);
    EXPECT_NE(users->look(), "");
    EXPECT_TRUE(users->contains("agent7"));
    write("who is this\n");
    EXPECT_EQ(users->look(), "") << "a name is what stands behind the second blank";
    write("2026-09-21T14:13:20Z\n");
    EXPECT_THAT(users->look(), HasSubstr("a line is not of the form TIME DETECTOR NAME"));
}

TEST_F(FrozenFile, ThatCannotBeUsedIsNotOpened) {
    write("nonsense\n");
    EXPECT_FALSE(FrozenUsers::open(path_.string()));
    EXPECT_FALSE(FrozenUsers::open((folder_ / "no" / "frozen").string()));
    EXPECT_FALSE(FrozenUsers::open(folder_.string()));
}

TEST_F(FrozenFile, HoldsSoManyNamesOnly) {
    std::string lines;
    for (std::size_t i = 0; i < FrozenUsers::most_names; ++i)
        lines += "2026-09-21T14:13:20Z canaries user" + std::to_string(i) + '\n';
    write(lines);
    const auto users = opened();
    EXPECT_FALSE(users->freeze("agent7", "canaries", then));
    EXPECT_FALSE(users->contains("agent7"));
}

}  // namespace
}  // namespace gateway::detection
