#include "gateway/detection/recent_items.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace gateway::detection {
namespace {

using std::chrono::seconds;

constexpr seconds hour{3600};
constexpr std::uint64_t me = 1;
constexpr std::uint64_t group = 7;
constexpr std::size_t many = 100;

TimePoint at(int second) { return TimePoint(seconds(1'000'000 + second)); }

struct WalkCase {
    const char* name;
    std::vector<std::uint64_t> places;  // in the order in which they are seen, a second each
    std::uint64_t step;
    std::size_t run;  // that the last one belongs to
};

class Walk : public ::testing::TestWithParam<WalkCase> {};

TEST_P(Walk, IsARunOfNeighboursInWhateverOrder) {
    RecentItems items;
    int second = 0;
    for (const auto place : GetParam().places)
        items.note({me, group, place}, hour, at(second++));
    const RecentItems::Item last{me, group, GetParam().places.back()};
    EXPECT_EQ(items.run(last, GetParam().step, at(second) - hour, many), GetParam().run);
}

INSTANTIATE_TEST_SUITE_P(Items, Walk,
                         ::testing::Values(WalkCase{"alone", {10}, 1, 1},
                                           WalkCase{"upwards", {1, 2, 3, 4}, 1, 4},
                                           WalkCase{"backwards", {4, 3, 2, 1}, 1, 4},
                                           WalkCase{"from_both_ends", {1, 9, 2, 8, 3, 7, 4, 6, 5}, 1, 9},
                                           WalkCase{"in_steps_of_two", {2, 4, 6, 8}, 2, 4},
                                           WalkCase{"in_steps_that_are_too_wide", {2, 4, 6, 8}, 1, 1},
                                           WalkCase{"with_repeats", {1, 1, 2, 1, 2, 3, 3}, 1, 3},
                                           WalkCase{"with_others_between", {1, 500, 2, 900, 3, 70, 4}, 1, 4},
                                           WalkCase{"another_run", {1, 2, 3, 100}, 1, 1},
                                           WalkCase{"at_the_ends_of_the_numbers", {0, ~0ULL}, 1, 1},
                                           WalkCase{"joined_last", {1, 2, 4, 5, 3}, 1, 5}),
                         [](const auto& info) { return info.param.name; });

TEST(RecentItems, AreForgottenAfterTheirTime) {
    RecentItems items;
    items.note({me, group, 1}, hour, at(0));
    items.note({me, group, 2}, hour, at(3599));
    EXPECT_EQ(items.count(group, at(3599) - hour, many), 2U);
    EXPECT_EQ(items.count(group, at(3600) - hour, many), 1U);
    EXPECT_EQ(items.run({me, group, 2}, 1, at(3600) - hour, many), 1U);
    items.note({me, group, 3}, hour, at(3600));
    EXPECT_EQ(items.size(), 2U);
}

TEST(RecentItems, CountAnewWhenTheyAreSeenAgain) {
    RecentItems items;
    items.note({me, group, 1}, hour, at(0));
    items.note({me, group, 1}, hour, at(3000));
    EXPECT_TRUE(items.holds({me, group, 1}, at(6599) - hour));
    EXPECT_FALSE(items.holds({me, group, 1}, at(6600) - hour));
}

TEST(RecentItems, CountNoMoreThanIsAskedFor) {
    RecentItems items;
    for (std::uint64_t place = 0; place < 50; ++place)
        items.note({me, group, place}, hour, at(0));
    EXPECT_EQ(items.count(group, at(0) - hour, 11), 11U);
    EXPECT_EQ(items.run({me, group, 25}, 1, at(0) - hour, 11), 11U);
}

TEST(RecentItems, OfOneOwnerDriveOutHisOwnOnly) {
    RecentItems items({.all = 1000, .of_owner = 10});
    items.note({2, group, 5'000'000}, hour, at(0));
    for (std::uint64_t place = 0; place < 500; ++place)
        items.note({me, group, place}, hour, at(static_cast<int>(place)));
    EXPECT_EQ(items.size(), 11U);
    EXPECT_TRUE(items.holds({2, group, 5'000'000}, at(499) - hour));
    EXPECT_TRUE(items.holds({me, group, 490}, at(499) - hour));
    EXPECT_FALSE(items.holds({me, group, 489}, at(499) - hour));
}

TEST(RecentItems, AreBoundedWhoeverTheyBelongTo) {
    RecentItems items({.all = 100, .of_owner = 10});
    for (std::uint64_t owner = 0; owner < 5000; ++owner)
        items.note({owner, owner, 1}, hour, at(0));
    EXPECT_EQ(items.size(), 100U);
}

}  // namespace
}  // namespace gateway::detection
