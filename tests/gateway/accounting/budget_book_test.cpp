#include "gateway/accounting/budget_book.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace {

using namespace std::chrono_literals;
using gateway::accounting::BudgetBook;
using gateway::accounting::Charged;
using gateway::accounting::ChargeResult;
using gateway::accounting::Exceeded;
using gateway::accounting::TimePoint;
using policies::Budget;

constexpr TimePoint start{};

Budget budget(std::uint64_t limit, std::chrono::seconds window, std::string subject = "customer") {
    return {.subject = std::move(subject),
            .limit = limit,
            .window = window,
            .rule = {.file = "p.yaml", .line = 7}};
}

struct Step {
    std::chrono::seconds at;
    std::string key;
    bool fits;
};

struct BookCase {
    std::string name;
    std::vector<Budget> budgets;
    std::vector<Step> steps;
};

class BookKeeping : public testing::TestWithParam<BookCase> {};

TEST_P(BookKeeping, StopsAtThePersonThatIsOneTooMany) {
    BudgetBook book;
    for (const Step& step : GetParam().steps) {
        const ChargeResult result =
            book.charge("agent7", "customer", step.key, GetParam().budgets, start + step.at);
        EXPECT_EQ(std::holds_alternative<Charged>(result), step.fits)
            << "key " << step.key << " at " << step.at.count();
    }
}

INSTANTIATE_TEST_SUITE_P(
    Budgets, BookKeeping,
    testing::Values(
        BookCase{"counts_people_not_rows",
                 {budget(2, 60s)},
                 {{0s, "1", true}, {1s, "1", true}, {2s, "1", true}, {3s, "2", true}, {4s, "3", false}}},
        BookCase{"lets_a_counted_person_be_seen_again",
                 {budget(1, 60s)},
                 {{0s, "1", true}, {1s, "2", false}, {2s, "1", true}}},
        BookCase{"forgets_after_the_window",
                 {budget(1, 60s)},
                 {{0s, "1", true}, {59s, "2", false}, {60s, "2", true}}},
        BookCase{"counts_from_the_last_sighting",
                 {budget(1, 60s)},
                 {{0s, "1", true}, {50s, "1", true}, {70s, "2", false}, {110s, "2", true}}},
        BookCase{"enforces_every_window",
                 {budget(2, 10s), budget(3, 100s)},
                 {{0s, "1", true},
                  {1s, "2", true},
                  {2s, "3", false},
                  {20s, "3", true},
                  {40s, "4", false},
                  {101s, "4", true}}},
        BookCase{"counts_nothing_when_refused",
                 {budget(1, 10s), budget(2, 100s)},
                 {{0s, "1", true}, {1s, "2", false}, {20s, "3", true}, {40s, "3", true}}},
        BookCase{"a_refused_repeat_is_no_sighting",
                 {budget(1, 10s), budget(2, 100s)},
                 {{0s, "1", true}, {20s, "2", true}, {25s, "1", false}, {105s, "3", true}}},
        BookCase{"a_limit_of_zero_shows_nobody", {budget(0, 60s)}, {{0s, "1", false}, {1000s, "1", false}}},
        BookCase{"budgets_of_other_subjects_do_not_count",
                 {budget(0, 60s, "employee")},
                 {{0s, "1", true}, {0s, "2", true}}},
        BookCase{"long_keys_are_told_apart",
                 {budget(2, 60s)},
                 {{0s, std::string(500, 'a') + "1", true},
                  {0s, std::string(500, 'a') + "2", true},
                  {0s, std::string(500, 'a') + "1", true},
                  {0s, std::string(500, 'a') + "3", false}}}),
    [](const auto& info) { return info.param.name; });

TEST(BudgetBook, SaysHowManyWereSeenAndWhenThereIsRoomAgain) {
    BudgetBook book;
    const std::vector budgets{budget(2, 3'600s)};
    (void)book.charge("agent7", "customer", "1", budgets, start);
    (void)book.charge("agent7", "customer", "2", budgets, start + 600s);
    const ChargeResult third = book.charge("agent7", "customer", "3", budgets, start + 900s + 300ms);
    ASSERT_TRUE(std::holds_alternative<Exceeded>(third));
    const auto& exceeded = std::get<Exceeded>(third);
    EXPECT_EQ(exceeded.seen, 2u);
    EXPECT_EQ(exceeded.allowed, 2u);
    EXPECT_EQ(exceeded.window, 3'600s);
    EXPECT_EQ(exceeded.more_in, 2'700s);
    EXPECT_EQ(exceeded.rule.text(), "p.yaml:7");
}

TEST(BudgetBook, NamesTheWindowThatTakesLongestToOpen) {
    BudgetBook book;
    const std::vector budgets{budget(1, 60s), budget(1, 3'600s), budget(1, 600s)};
    (void)book.charge("agent7", "customer", "1", budgets, start);
    const ChargeResult second = book.charge("agent7", "customer", "2", budgets, start);
    ASSERT_TRUE(std::holds_alternative<Exceeded>(second));
    EXPECT_EQ(std::get<Exceeded>(second).window, 3'600s);
}

TEST(BudgetBook, TellsFirstSightingsFromRepeatedOnes) {
    BudgetBook book;
    const std::vector budgets{budget(9, 60s), budget(9, 600s)};
    const auto first = [&](TimePoint at) {
        return std::get<Charged>(book.charge("agent7", "customer", "1", budgets, at)).first_sighting;
    };
    EXPECT_TRUE(first(start));
    EXPECT_FALSE(first(start + 30s));
    EXPECT_TRUE(first(start + 120s)) << "new in the short window again";
}

TEST(BudgetBook, KeepsUsersAndSubjectsApart) {
    BudgetBook book;
    const std::vector budgets{budget(1, 60s), budget(1, 60s, "employee")};
    EXPECT_TRUE(std::holds_alternative<Charged>(book.charge("a", "customer", "1", budgets, start)));
    EXPECT_TRUE(std::holds_alternative<Charged>(book.charge("b", "customer", "2", budgets, start)));
    EXPECT_TRUE(std::holds_alternative<Charged>(book.charge("a", "employee", "3", budgets, start)));
    EXPECT_TRUE(std::holds_alternative<Exceeded>(book.charge("a", "customer", "4", budgets, start)));
}

TEST(BudgetBook, KeepsCountsWhenAReloadChangesTheLimit) {
    BudgetBook book;
    EXPECT_TRUE(std::holds_alternative<Charged>(book.charge("a", "customer", "1", {budget(2, 60s)}, start)));
    EXPECT_TRUE(std::holds_alternative<Charged>(book.charge("a", "customer", "2", {budget(2, 60s)}, start)));
    EXPECT_TRUE(std::holds_alternative<Exceeded>(book.charge("a", "customer", "3", {budget(1, 60s)}, start)));
    EXPECT_TRUE(std::holds_alternative<Charged>(book.charge("a", "customer", "3", {budget(3, 60s)}, start)));
    EXPECT_TRUE(std::holds_alternative<Exceeded>(book.charge("a", "customer", "4", {budget(3, 60s)}, start)));
}

TEST(BudgetBook, ChargesEachMissAsAPersonOfItsOwn) {
    BudgetBook book;
    const std::vector budgets{budget(3, 60s)};
    EXPECT_TRUE(std::holds_alternative<Charged>(book.charge("a", "customer", "1", budgets, start)));
    EXPECT_TRUE(std::holds_alternative<Charged>(book.charge_miss("a", "customer", budgets, start)));
    EXPECT_TRUE(std::holds_alternative<Charged>(book.charge_miss("a", "customer", budgets, start)));
    EXPECT_TRUE(std::holds_alternative<Exceeded>(book.charge_miss("a", "customer", budgets, start)));
    EXPECT_TRUE(std::holds_alternative<Exceeded>(book.charge("a", "customer", "2", budgets, start)));
}

TEST(BudgetBook, LetsNoThreadPastTheLimit) {
    BudgetBook book;
    const std::vector budgets{budget(100, 3'600s)};
    std::atomic<int> fitted = 0;
    std::vector<std::thread> sessions;
    for (int session = 0; session < 4; ++session) {
        sessions.emplace_back([&, session] {
            for (int key = 0; key < 200; ++key) {
                const std::string subject = std::to_string(session * 200 + key);
                if (std::holds_alternative<Charged>(book.charge("a", "customer", subject, budgets, start)))
                    ++fitted;
            }
        });
    }
    for (std::thread& session : sessions)
        session.join();
    EXPECT_EQ(fitted, 100);
}

}  // namespace
