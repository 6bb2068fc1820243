#include "gateway/accounting/journal_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "gateway/accounting/budget_book.hpp"

namespace {

using namespace std::chrono_literals;
using gateway::accounting::Account;
using gateway::accounting::BudgetBook;
using gateway::accounting::Journal;
using gateway::accounting::JournalFolder;
using gateway::accounting::JournalTime;
using gateway::accounting::KeyHash;
using gateway::accounting::Moment;
using gateway::accounting::SharedSettings;
using gateway::accounting::SightingRecord;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

const SharedSettings fleet{.secret = {0x5345435245543031, 0x5345435245543032}};
const SharedSettings other_fleet{.secret = {5, 6}};

class JournalFolderTest : public testing::Test {
protected:
    void SetUp() override {
        std::string folder = (std::filesystem::temp_directory_path() / "tabir-journals-XXXXXX").string();
        ASSERT_NE(mkdtemp(folder.data()), nullptr);
        above_ = folder;
        folder_ = folder + "/journals";
    }
    void TearDown() override { std::filesystem::remove_all(above_); }

    /// A process that starts, and the subjects that it takes over.
    struct Process {
        JournalFolder journals;
        std::vector<std::uint64_t> taken;

        void shows(std::uint64_t subject, JournalTime at = Moment{}.wall) const {
            journals.own->note({{Account::Of::person, "lina", {}, "customer"}, subject, at});
            ASSERT_TRUE(journals.own->write());
        }
    };
    [[nodiscard]] Process start() const {
        Process process;
        process.journals = JournalFolder::open(folder_, fleet, [&](const SightingRecord& record) {
                               process.taken.push_back(record.subject);
                           }).value();
        return process;
    }
    [[nodiscard]] std::string mistake(const SharedSettings& settings) const {
        const auto opened = JournalFolder::open(folder_, settings, [](const SightingRecord&) {});
        return opened ? "" : opened.error().message;
    }
    [[nodiscard]] std::vector<std::filesystem::path> files() const {
        const std::filesystem::directory_iterator all(folder_);
        return {begin(all), end(all)};
    }

    std::string above_;
    std::string folder_;
};

TEST_F(JournalFolderTest, EachProcessHasAJournalOfItsOwn) {
    const Process one = start();
    one.shows(1);
    const Process two = start();
    EXPECT_THAT(two.taken, UnorderedElementsAre()) << "whoever lives tells of it himself";
    EXPECT_EQ(files().size(), 2u);
}

TEST_F(JournalFolderTest, WhoStartsTakesOverWhatTheOthersLeft) {
    {
        const Process one = start();
        const Process two = start();
        one.shows(1);
        two.shows(2);
    }
    const Process three = start();
    EXPECT_THAT(three.taken, UnorderedElementsAre(1, 2));
    EXPECT_EQ(three.journals.left.size(), 1u);
    EXPECT_THAT(start().taken, UnorderedElementsAre()) << "it is taken over once";
}

TEST_F(JournalFolderTest, SightingsComeInTheOrderOfTime) {
    const JournalTime now = Moment{}.wall;
    {
        const Process one = start();
        const Process two = start();
        one.shows(1, now - 50min);
        two.shows(2, now - 40min);
        one.shows(3, now - 30min);
        two.shows(4, now - 20min);
    }
    EXPECT_EQ(start().taken, (std::vector<std::uint64_t>{1, 2, 3, 4}));
}

TEST_F(JournalFolderTest, WhatWasTakenOverStandsInOneJournal) {
    {
        const Process one = start();
        const Process two = start();
        one.shows(1);
        two.shows(2);
    }
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(BudgetBook::open(fleet, folder_, Moment{}));
        EXPECT_EQ(files().size(), 1u);
    }
    EXPECT_THAT(start().taken, UnorderedElementsAre(1, 2));
}

TEST_F(JournalFolderTest, OfAnotherSecretOrDamagedItIsNotTakenOver) {
    {
        const Process one = start();
        for (std::uint64_t subject = 0; subject < 100; ++subject)
            one.shows(subject);
    }
    EXPECT_THAT(mistake(other_fleet), HasSubstr("another secret"));
    const auto path = files().front();
    EXPECT_THAT(Journal::open(path, [](const SightingRecord&) {}).error().message, HasSubstr("their secret"));
    std::fstream(path, std::ios::in | std::ios::out | std::ios::binary).seekp(200) << "damaged";
    EXPECT_THAT(mistake(fleet), HasSubstr("is damaged"));
}

TEST_F(JournalFolderTest, AJournalOfOneProcessAloneIsNotTakenOver) {
    std::filesystem::create_directory(folder_);
    ASSERT_TRUE(Journal::open(folder_ + "/old.journal", [](const SightingRecord&) {}));
    EXPECT_THAT(mistake(fleet), HasSubstr("shares no budgets"));
}

TEST_F(JournalFolderTest, IsNoFile) {
    std::ofstream{folder_};
    EXPECT_THAT(mistake(fleet), HasSubstr(folder_));
}

TEST_F(JournalFolderTest, HoldsNoSecret) {
    start().shows(1);
    std::ifstream file(files().front(), std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(file), {});
    ASSERT_GT(bytes.size(), 24u);
    for (const std::uint64_t word : fleet.secret) {
        const std::string secret(reinterpret_cast<const char*>(&word), sizeof word);
        EXPECT_THAT(bytes, testing::Not(HasSubstr(secret)));
    }
}

}  // namespace
