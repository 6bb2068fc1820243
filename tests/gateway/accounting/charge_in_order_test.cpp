#include <gtest/gtest.h>

#include <random>

#include "gateway/accounting/budget_book.hpp"

namespace {

using namespace std::chrono_literals;
using gateway::accounting::Account;
using gateway::accounting::Accounts;
using gateway::accounting::BudgetBook;
using gateway::accounting::BudgetState;
using gateway::accounting::Charged;
using gateway::accounting::ColumnSighting;
using gateway::accounting::SightingColumn;
using gateway::accounting::TimePoint;
using policies::Budget;
using policies::Budgets;
using policies::Counted;

Budget any_budget(std::mt19937& random, Counted counted) {
    Budget budget{.counted = std::move(counted), .limits = {{5 + random() % 60, 60s, {}}}};
    if (random() % 2 == 0) budget.limits.push_back({10 + random() % 120, 600s, {}});
    return budget;
}

std::vector<std::uint64_t> seen(BudgetBook& book, const Accounts& accounts, TimePoint now) {
    std::vector<std::uint64_t> counts;
    for (const BudgetState& state : book.states(accounts, now))
        counts.push_back(state.seen);
    return counts;
}

/// People of two kinds, in the order in which rows show them.
struct ShownPeople {
    std::vector<std::string> keys;
    std::vector<std::size_t> columns;

    explicit ShownPeople(std::mt19937& random) {
        for (std::size_t count = random() % 200; count > 0; --count) {
            keys.push_back(std::to_string(random() % 90));
            columns.push_back(random() % 2);
        }
    }
    [[nodiscard]] std::vector<ColumnSighting> sightings() const {
        std::vector<ColumnSighting> all;
        for (std::size_t i = 0; i < keys.size(); ++i)
            all.push_back({columns[i], keys[i]});
        return all;
    }
};

TEST(ChargeInOrder, StopsAtThePersonAtWhomChargingOneByOneStops) {
    constexpr std::uint32_t seed = 20'261'128;
    std::mt19937 random(seed);
    for (int round = 0; round < 40; ++round) {
        const Budgets of_person{any_budget(random, {.name = "customer"}),
                                any_budget(random, {.name = "employee"})};
        const Budgets of_team{any_budget(random, {.name = "customer"}),
                              any_budget(random, {.what = Counted::What::in_clear, .name = "phone"})};
        const Accounts accounts{{Account::Of::person, "agent7", &of_person},
                                {Account::Of::team, "desk", &of_team}};
        const std::set<std::string> in_clear =
            random() % 2 == 0 ? std::set<std::string>{"phone"} : std::set<std::string>{};
        BudgetBook together;
        BudgetBook one_by_one;
        TimePoint now{};
        for (int step = 0; step < 12; ++step) {
            now += std::chrono::seconds(random() % 40);
            const ShownPeople run(random);
            auto sightings = run.sightings();
            std::array<SightingColumn, 2> columns{{{"customer"}, {"employee"}}};
            const auto charged = together.charge_in_order(accounts, columns, sightings, in_clear, now);

            std::size_t fitted = 0;
            std::array<std::uint64_t, 2> first_sightings{};
            for (; fitted < sightings.size(); ++fitted) {
                const auto [column, key, is_first] = sightings[fitted];
                const auto result = one_by_one.charge(accounts, {columns[column].kind, key, in_clear}, now);
                if (!std::holds_alternative<Charged>(result)) break;
                ASSERT_EQ(is_first, std::get<Charged>(result).first_sighting);
                if (is_first) ++first_sightings[column];
            }
            ASSERT_EQ(charged, fitted) << "seed " << seed << " round " << round << " step " << step;
            ASSERT_EQ(columns[0].first_sightings, first_sightings[0]);
            ASSERT_EQ(columns[1].first_sightings, first_sightings[1]);
            ASSERT_EQ(seen(together, accounts, now), seen(one_by_one, accounts, now));
        }
    }
}

TEST(ChargeInOrder, ChargesNobodyOfWhomOneAccountHasNoRoom) {
    BudgetBook book;
    const Budgets wide{{.counted = {.name = "customer"}, .limits = {{100, 60s, {}}}}};
    const Budgets narrow{{.counted = {.name = "customer"}, .limits = {{3, 60s, {}}}}};
    const Accounts both{{Account::Of::person, "agent7", &wide}, {Account::Of::role, "support", &narrow}};
    std::vector<ColumnSighting> sightings{{0, "1"}, {0, "2"}, {0, "1"}, {0, "3"}, {0, "4"}, {0, "5"}};
    std::array<SightingColumn, 1> columns{{{"customer"}}};
    EXPECT_EQ(book.charge_in_order(both, columns, sightings, {}, TimePoint{}), 4u);
    EXPECT_EQ(seen(book, both, TimePoint{}), (std::vector<std::uint64_t>{3, 3}));
    EXPECT_EQ(columns[0].first_sightings, 3u);
}

TEST(RoomFor, IsAskedForAllWhoAreChargedTogether) {
    BudgetBook book;
    const Budgets budgets{{.counted = {.name = "customer"}, .limits = {{3, 60s, {}}, {4, 600s, {}}}}};
    const Accounts agent{{Account::Of::person, "agent7", &budgets}};
    const auto full = [&](std::vector<std::string> keys, TimePoint now) {
        return book.no_room_for(agent, "customer", keys, {}, now);
    };
    EXPECT_FALSE(full({"1", "2", "3", "2"}, TimePoint{}));
    const auto exceeded = full({"1", "2", "3", "4"}, TimePoint{});
    ASSERT_TRUE(exceeded);
    EXPECT_EQ(exceeded->seen, 0u);
    EXPECT_EQ(exceeded->limit.most, 3u);
    for (const char* key : {"1", "2"})
        ASSERT_TRUE(std::holds_alternative<Charged>(book.charge(agent, {"customer", key, {}}, TimePoint{})));
    EXPECT_FALSE(full({"1", "2", "3"}, TimePoint{}));
    EXPECT_TRUE(full({"3", "4"}, TimePoint{}));
    EXPECT_FALSE(book.people_used_up(agent, {"customer"}, {}, TimePoint{}, 1));
    ASSERT_TRUE(std::holds_alternative<Charged>(book.charge(agent, {"customer", "3", {}}, TimePoint{})));
    EXPECT_TRUE(book.people_used_up(agent, {"customer"}, {}, TimePoint{}, 1));
    EXPECT_FALSE(book.people_used_up(agent, {"employee"}, {}, TimePoint{}, 1));
    EXPECT_FALSE(full({"4"}, TimePoint{} + 100s)) << "the minute is over";
    EXPECT_TRUE(full({"4", "5"}, TimePoint{} + 100s)) << "of the longer window";
}

TEST(ChargeInOrder, CountsNothingForWhomNobodyHasABudget) {
    BudgetBook book;
    const Budgets budgets{{.counted = {.name = "customer"}, .limits = {{1, 60s, {}}}}};
    const Accounts agent{{Account::Of::person, "agent7", &budgets}};
    std::vector<ColumnSighting> sightings{{0, "1"}, {0, "2"}, {0, "3"}};
    std::array<SightingColumn, 1> columns{{{"employee"}}};
    EXPECT_EQ(book.charge_in_order(agent, columns, sightings, {}, TimePoint{}), 3u);
    EXPECT_EQ(columns[0].first_sightings, 0u);
}

}  // namespace
