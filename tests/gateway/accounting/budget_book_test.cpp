#include "gateway/accounting/budget_book.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace {

using namespace std::chrono_literals;
using gateway::accounting::Account;
using gateway::accounting::Accounts;
using gateway::accounting::BudgetBook;
using gateway::accounting::Charged;
using gateway::accounting::ChargeResult;
using gateway::accounting::Exceeded;
using gateway::accounting::TimePoint;
using policies::Budget;
using policies::Budgets;
using policies::Counted;

constexpr TimePoint start{};

Budget budget(std::uint64_t most, std::chrono::seconds window, Counted counted = {.name = "customer"}) {
    return {.counted = std::move(counted), .limits = {{most, window, {.file = "p.yaml", .line = 7}}}};
}

Budget budget_of_both(policies::Limit one, policies::Limit other) {
    return {.counted = {.name = "customer"}, .limits = {std::move(one), std::move(other)}};
}

/// A person of the name with these budgets.
Accounts person(std::string name, const Budgets& budgets) {
    return {{Account::Of::person, std::move(name), &budgets}};
}

ChargeResult see(BudgetBook& book, const Accounts& accounts, std::string_view key, TimePoint now,
                 const std::set<std::string>& in_clear = {}, std::string_view kind = "customer") {
    return book.charge(accounts, {kind, key, in_clear}, now);
}

bool fits(const ChargeResult& result) { return std::holds_alternative<Charged>(result); }

struct Step {
    std::chrono::seconds at;
    std::string key;
    bool fits;
};

struct BookCase {
    std::string name;
    Budgets budgets;
    std::vector<Step> steps;
};

class BookKeeping : public testing::TestWithParam<BookCase> {};

TEST_P(BookKeeping, StopsAtThePersonThatIsOneTooMany) {
    BudgetBook book;
    for (const Step& step : GetParam().steps) {
        EXPECT_EQ(fits(see(book, person("agent7", GetParam().budgets), step.key, start + step.at)), step.fits)
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
                 {budget_of_both({2, 10s, {}}, {3, 100s, {}})},
                 {{0s, "1", true},
                  {1s, "2", true},
                  {2s, "3", false},
                  {20s, "3", true},
                  {40s, "4", false},
                  {101s, "4", true}}},
        BookCase{"counts_nothing_when_refused",
                 {budget_of_both({1, 10s, {}}, {2, 100s, {}})},
                 {{0s, "1", true}, {1s, "2", false}, {20s, "3", true}, {40s, "3", true}}},
        BookCase{"a_refused_repeat_is_no_sighting",
                 {budget_of_both({1, 10s, {}}, {2, 100s, {}})},
                 {{0s, "1", true}, {20s, "2", true}, {25s, "1", false}, {105s, "3", true}}},
        BookCase{"a_limit_of_zero_shows_nobody", {budget(0, 60s)}, {{0s, "1", false}, {1000s, "1", false}}},
        BookCase{"budgets_of_other_subjects_do_not_count",
                 {budget(0, 60s, {.name = "employee"})},
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
    const Budgets budgets{budget(2, 3'600s)};
    const Accounts agent = person("agent7", budgets);
    (void)see(book, agent, "1", start);
    (void)see(book, agent, "2", start + 600s);
    const ChargeResult third = see(book, agent, "3", start + 900s + 300ms);
    ASSERT_TRUE(std::holds_alternative<Exceeded>(third));
    const auto& exceeded = std::get<Exceeded>(third);
    EXPECT_EQ(exceeded.of, Account::Of::person);
    EXPECT_EQ(exceeded.account, "agent7");
    EXPECT_EQ(exceeded.seen, 2u);
    EXPECT_EQ(exceeded.limit.most, 2u);
    EXPECT_EQ(exceeded.limit.window, 3'600s);
    EXPECT_EQ(exceeded.more_in, 2'700s);
    EXPECT_EQ(exceeded.limit.rule.text(), "p.yaml:7");
}

TEST(BudgetBook, NamesTheWindowThatTakesLongestToOpen) {
    BudgetBook book;
    const Budgets budgets{
        {.counted = {.name = "customer"}, .limits = {{1, 60s, {}}, {1, 3'600s, {}}, {1, 600s, {}}}}};
    (void)see(book, person("agent7", budgets), "1", start);
    const ChargeResult second = see(book, person("agent7", budgets), "2", start);
    ASSERT_TRUE(std::holds_alternative<Exceeded>(second));
    EXPECT_EQ(std::get<Exceeded>(second).limit.window, 3'600s);
}

TEST(BudgetBook, TellsFirstSightingsFromRepeatedOnes) {
    BudgetBook book;
    const Budgets budgets{budget_of_both({9, 60s, {}}, {9, 600s, {}})};
    const auto first = [&](TimePoint at) {
        return std::get<Charged>(see(book, person("agent7", budgets), "1", at)).first_sighting;
    };
    EXPECT_TRUE(first(start));
    EXPECT_FALSE(first(start + 30s));
    EXPECT_TRUE(first(start + 120s)) << "new in the short window again";
}

TEST(BudgetBook, KeepsNamesAndSubjectsApart) {
    BudgetBook book;
    const Budgets budgets{budget(1, 60s), budget(1, 60s, {.name = "employee"})};
    EXPECT_TRUE(fits(see(book, person("a", budgets), "1", start)));
    EXPECT_TRUE(fits(see(book, person("b", budgets), "2", start)));
    EXPECT_TRUE(fits(see(book, person("a", budgets), "3", start, {}, "employee")));
    EXPECT_FALSE(fits(see(book, person("a", budgets), "4", start)));
    EXPECT_TRUE(fits(see(book, {{Account::Of::team, "a", &budgets}}, "4", start))) << "a team called a";
}

TEST(BudgetBook, KeepsCountsWhenAReloadChangesTheLimit) {
    BudgetBook book;
    const auto allows = [&](std::uint64_t most, std::string_view key) {
        const Budgets budgets{budget(most, 60s)};
        return fits(see(book, person("a", budgets), key, start));
    };
    EXPECT_TRUE(allows(2, "1"));
    EXPECT_TRUE(allows(2, "2"));
    EXPECT_FALSE(allows(1, "3"));
    EXPECT_TRUE(allows(3, "3"));
    EXPECT_FALSE(allows(3, "4"));
}

TEST(BudgetBook, ASightingMustFitEveryAccountAndIsChargedToAllOrNone) {
    BudgetBook book;
    const Budgets own{budget(3, 60s)};
    const Budgets of_team{budget(4, 60s)};
    const Accounts one{{Account::Of::person, "a", &own}, {Account::Of::team, "jakarta", &of_team}};
    const Accounts other{{Account::Of::person, "b", &own}, {Account::Of::team, "jakarta", &of_team}};
    for (const char* key : {"1", "2", "3"})
        EXPECT_TRUE(fits(see(book, one, key, start)));
    EXPECT_TRUE(fits(see(book, other, "3", start))) << "whom a team mate saw costs the team nothing";
    EXPECT_TRUE(fits(see(book, other, "4", start)));
    const ChargeResult fifth = see(book, other, "5", start);
    ASSERT_TRUE(std::holds_alternative<Exceeded>(fifth));
    EXPECT_EQ(std::get<Exceeded>(fifth).of, Account::Of::team);
    EXPECT_EQ(std::get<Exceeded>(fifth).account, "jakarta");
    EXPECT_TRUE(fits(see(book, other, "1", start))) << "the refused one did not count for b";
    EXPECT_FALSE(fits(see(book, other, "2", start))) << "b has seen 3, 4 and 1";
}

TEST(BudgetBook, ChargesAClassOnlyWhereItIsSeenInClear) {
    BudgetBook book;
    const Budgets budgets{budget(9, 60s), budget(1, 60s, {Counted::What::in_clear, "phone"})};
    const Accounts agent = person("a", budgets);
    EXPECT_TRUE(fits(see(book, agent, "1", start)));
    EXPECT_TRUE(fits(see(book, agent, "2", start, {"phone"})));
    EXPECT_TRUE(fits(see(book, agent, "2", start, {"phone"}))) << "the same person again";
    EXPECT_TRUE(fits(see(book, agent, "3", start, {"email"})));
    const ChargeResult second = see(book, agent, "1", start, {"phone"});
    ASSERT_TRUE(std::holds_alternative<Exceeded>(second));
    EXPECT_EQ(policies::text_of(std::get<Exceeded>(second).counted), "clear phone");
    EXPECT_FALSE(fits(see(book, agent, "2", start, {"phone"}, "employee"))) << "another person, of that key";
}

TEST(BudgetBook, ChargesEachMissAsAPersonOfItsOwn) {
    BudgetBook book;
    const Budgets budgets{budget(3, 60s)};
    const Accounts agent = person("a", budgets);
    EXPECT_TRUE(fits(see(book, agent, "1", start)));
    EXPECT_TRUE(fits(book.charge_miss(agent, book.next_miss(), {"customer"}, {}, start)));
    EXPECT_TRUE(fits(book.charge_miss(agent, book.next_miss(), {"customer"}, {}, start)));
    EXPECT_FALSE(fits(book.charge_miss(agent, book.next_miss(), {"customer"}, {}, start)));
    EXPECT_FALSE(fits(see(book, agent, "2", start)));
}

TEST(BudgetBook, CountsMissesApartWhereTheyHaveABudget) {
    BudgetBook book;
    const Budgets budgets{budget(2, 60s), budget(1, 60s, {Counted::What::misses, {}})};
    const Accounts agent = person("a", budgets);
    EXPECT_TRUE(fits(book.charge_miss(agent, book.next_miss(), {"customer", "employee"}, {}, start)));
    EXPECT_FALSE(fits(book.charge_miss(agent, book.next_miss(), {"customer"}, {}, start)));
    EXPECT_TRUE(fits(see(book, agent, "1", start)));
    EXPECT_TRUE(fits(see(book, agent, "2", start)));
}

TEST(BudgetBook, TellsWhatIsUsedUpAndWhenTheOldestLeaves) {
    BudgetBook book;
    const Budgets budgets{budget_of_both({3, 60s, {}}, {9, 600s, {}})};
    const Accounts agent = person("a", budgets);
    EXPECT_EQ(book.states(agent, start).at(0).seen, 0u);
    EXPECT_FALSE(book.states(agent, start).at(0).more_in);
    (void)see(book, agent, "1", start);
    (void)see(book, agent, "2", start + 50s);
    const auto states = book.states(agent, start + 65s);
    ASSERT_EQ(states.size(), 2u);
    EXPECT_EQ(states[0].seen, 1u);
    EXPECT_EQ(states[0].more_in, 45s);
    EXPECT_EQ(states[1].seen, 2u);
    EXPECT_EQ(states[1].more_in, 535s);
}

TEST(BudgetBook, LetsNoThreadPastTheLimit) {
    BudgetBook book;
    const Budgets own{budget(1'000, 3'600s)};
    const Budgets shared{budget(100, 3'600s)};
    std::atomic<int> fitted = 0;
    std::vector<std::thread> sessions;
    for (int session = 0; session < 4; ++session) {
        sessions.emplace_back([&, session] {
            const Accounts accounts{{Account::Of::person, std::to_string(session), &own},
                                    {Account::Of::team, "all", &shared}};
            for (int key = 0; key < 200; ++key) {
                if (fits(see(book, accounts, std::to_string(session * 200 + key), start))) ++fitted;
            }
        });
    }
    for (std::thread& session : sessions)
        session.join();
    EXPECT_EQ(fitted, 100);
}

}  // namespace
