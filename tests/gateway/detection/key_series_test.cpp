#include "gateway/detection/key_series.hpp"

#include <gtest/gtest.h>

namespace gateway::detection {
namespace {

struct KeyCase {
    const char* name;
    const char* key;
    const char* series;  // nullptr: it has no place in one
    std::uint64_t place;
};

class KeySeries : public ::testing::TestWithParam<KeyCase> {};

TEST_P(KeySeries, IsWhatStandsBeforeTheDigitsAtTheEnd) {
    const auto found = place_in_series(GetParam().key);
    ASSERT_EQ(found.has_value(), GetParam().series != nullptr);
    if (!found) return;
    EXPECT_EQ(found->series, GetParam().series);
    EXPECT_EQ(found->place, GetParam().place);
}

INSTANTIATE_TEST_SUITE_P(
    Keys, KeySeries,
    ::testing::Values(KeyCase{"number", "4711", "", 4711}, KeyCase{"zero", "0", "", 0},
                      KeyCase{"negative", "-5", "-", 5}, KeyCase{"with_a_prefix", "C-0099", "C-", 99},
                      KeyCase{"the_next_one", "C-0100", "C-", 100},
                      KeyCase{"of_many_digits", "9999999999999999999999", "9999", 999'999'999'999'999'999},
                      KeyCase{"no_digit", "abc", nullptr, 0}, KeyCase{"nothing", "", nullptr, 0},
                      KeyCase{"digits_elsewhere", "12a", nullptr, 0}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace gateway::detection
