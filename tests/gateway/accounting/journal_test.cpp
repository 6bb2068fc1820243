#include "gateway/accounting/journal.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include "gateway/accounting/budget_book.hpp"

namespace {

using namespace std::chrono_literals;
using gateway::accounting::Account;
using gateway::accounting::Accounts;
using gateway::accounting::BudgetBook;
using gateway::accounting::Charged;
using gateway::accounting::Journal;
using gateway::accounting::JournalTime;
using gateway::accounting::Moment;
using gateway::accounting::SightingRecord;
using policies::Budgets;
using policies::Counted;

class JournalTest : public testing::Test {
protected:
    void SetUp() override {
        std::string folder = (std::filesystem::temp_directory_path() / "tabir-journal-XXXXXX").string();
        ASSERT_NE(mkdtemp(folder.data()), nullptr);
        folder_ = folder;
        path_ = folder + "/budgets";
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    /// The subjects in the file; nullopt: it is refused.
    [[nodiscard]] std::optional<std::vector<std::uint64_t>> subjects() const {
        std::vector<std::uint64_t> subjects;
        const auto journal =
            Journal::open(path_, [&](const SightingRecord& record) { subjects.push_back(record.subject); });
        if (!journal) return std::nullopt;
        return subjects;
    }
    [[nodiscard]] std::string bytes() const {
        std::ifstream file(path_, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    void replace(std::string_view bytes) const {
        std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes;
    }
    void write_ten() const {
        const auto journal = Journal::open(path_, [](const SightingRecord&) {});
        ASSERT_TRUE(journal);
        for (std::uint64_t subject = 1; subject <= 10; ++subject)
            (*journal)->note(record_of(subject));
        ASSERT_TRUE((*journal)->write());
    }
    static SightingRecord record_of(std::uint64_t subject) {
        return {{Account::Of::team, "jakarta", Counted::What::in_clear, "phone"}, subject, JournalTime(1s)};
    }

    std::string folder_;
    std::string path_;
};

TEST_F(JournalTest, GivesBackWhatWasWrittenInItsOrder) {
    write_ten();
    const auto first = Journal::open(path_, [](const SightingRecord& record) {
        EXPECT_EQ(record.ledger.of, Account::Of::team);
        EXPECT_EQ(record.ledger.account, "jakarta");
        EXPECT_EQ(record.ledger.what, Counted::What::in_clear);
        EXPECT_EQ(record.ledger.counted, "phone");
        EXPECT_EQ(record.seen_at, JournalTime(1s));
    });
    ASSERT_TRUE(first);
}

TEST_F(JournalTest, KeepsItsHashAndGoesOnBehindWhatIsThere) {
    std::uint64_t hashed = 0;
    for (std::uint64_t subject = 1; subject <= 3; ++subject) {
        const auto journal = Journal::open(path_, [](const SightingRecord&) {});
        ASSERT_TRUE(journal);
        if (subject > 1) EXPECT_EQ((*journal)->hash()("4711"), hashed);
        hashed = (*journal)->hash()("4711");
        (*journal)->note(record_of(subject));
    }
    EXPECT_EQ(subjects(), (std::vector<std::uint64_t>{1, 2, 3})) << "its end writes what was noted";
}

TEST_F(JournalTest, TakesOffWhatACrashCutAtAnyByte) {
    write_ten();
    const std::string whole = bytes();
    const std::size_t record = (whole.size() - 24) / 10;
    for (std::size_t size = 24; size < whole.size(); ++size) {
        replace(whole.substr(0, size));
        const auto left = subjects();
        ASSERT_TRUE(left) << size;
        EXPECT_EQ(left->size(), (size - 24) / record) << size;
        EXPECT_EQ(bytes().size(), 24 + left->size() * record) << "it is gone from the file, too";
    }
}

TEST_F(JournalTest, NoDamageLosesMoreThanTheEndUnseen) {
    write_ten();
    const std::string whole = bytes();
    for (std::size_t place = 24; place < whole.size(); ++place) {
        std::string damaged = whole;
        damaged[place] = static_cast<char>(damaged[place] ^ 0x10);
        // So many records that what follows the damage is no cut end.
        const std::string behind = whole.substr(24);
        for (int i = 0; i < 2; ++i)
            damaged += behind;
        replace(damaged);
        EXPECT_FALSE(subjects()) << "byte " << place;
        EXPECT_EQ(bytes(), damaged) << "it is left as it is";
    }
}

TEST_F(JournalTest, IsRewrittenWithWhatIsNotedMeanwhile) {
    write_ten();
    {
        const auto journal = Journal::open(path_, [](const SightingRecord&) {});
        ASSERT_TRUE(journal);
        EXPECT_TRUE((*journal)->rewrite([&](const Journal::Take& give) {
            give(record_of(7));
            (*journal)->note(record_of(100));
            EXPECT_TRUE((*journal)->write());
            (*journal)->note(record_of(101));
        }));
        (*journal)->note(record_of(102));
        EXPECT_TRUE((*journal)->write());
        EXPECT_FALSE(subjects()) << "the new file is locked, too";
    }
    EXPECT_EQ(subjects(), (std::vector<std::uint64_t>{7, 100, 101, 102}));
}

TEST_F(JournalTest, ABookOpenedAgainCountsAsBefore) {
    const Budgets budgets{{{.name = "customer"}, {{3, 3'600s, {}}}},
                          {{Counted::What::misses, {}}, {{2, 60s, {}}}}};
    const Accounts agent{{Account::Of::person, "a", &budgets}};
    const Moment begin{.steady = {}, .wall = JournalTime(1'000'000s)};
    const std::set<std::string> nothing;
    const auto see = [&](BudgetBook& book, std::string_view key, auto at) {
        return std::holds_alternative<Charged>(book.charge(agent, {"customer", key, nothing}, at));
    };
    {
        auto book = BudgetBook::open(path_, begin);
        ASSERT_TRUE(book);
        EXPECT_TRUE(see(**book, "1", begin.steady));
        EXPECT_TRUE(see(**book, "2", begin.steady + 600s));
        EXPECT_TRUE(std::holds_alternative<Charged>(
            (*book)->charge_miss(agent, (*book)->next_miss(), {"customer"}, {}, begin.steady + 600s)));
        EXPECT_TRUE((*book)->record());
    }
    // The host was started anew: its steady clock begins again.
    const Moment later{.steady = gateway::accounting::TimePoint(5s), .wall = begin.wall + 1'200s};
    auto book = BudgetBook::open(path_, later);
    ASSERT_TRUE(book);
    EXPECT_EQ((*book)->states(agent, later.steady).at(0).seen, 2u);
    EXPECT_EQ((*book)->states(agent, later.steady).at(1).seen, 0u) << "its minute is over";
    EXPECT_TRUE(see(**book, "1", later.steady));
    EXPECT_TRUE(see(**book, "3", later.steady));
    EXPECT_FALSE(see(**book, "4", later.steady));
    EXPECT_FALSE(see(**book, "4", later.steady + 2'999s)) << "2 was seen 600 s into the hour";
    EXPECT_TRUE(see(**book, "4", later.steady + 3'100s));
}

TEST_F(JournalTest, AClockThatWasSetBackRefillsNothing) {
    const Budgets budgets{{{.name = "customer"}, {{1, 60s, {}}}}};
    const Accounts agent{{Account::Of::person, "a", &budgets}};
    const std::set<std::string> nothing;
    const Moment begin{.steady = {}, .wall = JournalTime(1'000'000s)};
    {
        auto book = BudgetBook::open(path_, begin);
        ASSERT_TRUE(book);
        (void)(*book)->charge(agent, {"customer", "1", nothing}, begin.steady);
        EXPECT_TRUE((*book)->record());
    }
    auto book = BudgetBook::open(path_, {.steady = begin.steady + 10s, .wall = begin.wall - 3'600s});
    ASSERT_TRUE(book);
    EXPECT_EQ((*book)->states(agent, begin.steady + 10s).at(0).seen, 1u);
    EXPECT_EQ((*book)->states(agent, begin.steady + 69s).at(0).seen, 1u);
    EXPECT_EQ((*book)->states(agent, begin.steady + 71s).at(0).seen, 0u);
}

TEST_F(JournalTest, ARepeatedSightingIsWrittenOnceAWhile) {
    const Budgets budgets{{{.name = "customer"}, {{1, 3'600s, {}}}}};
    const Accounts agent{{Account::Of::person, "a", &budgets}};
    const std::set<std::string> nothing;
    const Moment begin{.steady = {}, .wall = JournalTime(1'000'000s)};
    auto book = BudgetBook::open(path_, begin);
    ASSERT_TRUE(book);
    for (int i = 0; i < 1'000; ++i)
        (void)(*book)->charge(agent, {"customer", "1", nothing}, begin.steady + i * 100ms);
    EXPECT_TRUE((*book)->record());
    book->reset();
    EXPECT_EQ(subjects()->size(), 2u) << "100 s of sightings, a minute apart";
}

}  // namespace
