#include "gateway/wire/startup_options.hpp"

#include <gtest/gtest.h>

namespace gateway::wire {

void PrintTo(const OptionSetting& setting, std::ostream* out) {
    *out << setting.name << '=' << setting.value;
}

namespace {

using Settings = std::vector<OptionSetting>;

struct OptionsCase {
    std::string name;
    std::string options;
    Settings expected;
};
class StartupOptions : public testing::TestWithParam<OptionsCase> {};

TEST_P(StartupOptions, AreReadAsPostgresqlReadsThem) {
    EXPECT_EQ(parse_startup_options(GetParam().options).value(), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Wire, StartupOptions,
    testing::Values(OptionsCase{"none", "", {}}, OptionsCase{"blanks", " \t\n ", {}},
                    OptionsCase{"separate", "-c a=b", {{"a", "b"}}},
                    OptionsCase{"joined", "-ca=b", {{"a", "b"}}},
                    OptionsCase{"long_form", "--a=b", {{"a", "b"}}},
                    OptionsCase{"dashes_become_underscores",
                                "--work-mem=4MB -c stats-x=a-b",
                                {{"work_mem", "4MB"}, {"stats_x", "a-b"}}},
                    OptionsCase{"several", "-c a=1   --b=2\t-c c=3", {{"a", "1"}, {"b", "2"}, {"c", "3"}}},
                    OptionsCase{"escaped_blank", R"(-c search_path=a,\ b)", {{"search_path", "a, b"}}},
                    OptionsCase{"escaped_backslash", R"(-c a=x\\y)", {{"a", "x\\y"}}},
                    OptionsCase{"trailing_backslash", R"(-c a=b\)", {{"a", "b"}}},
                    OptionsCase{"empty_value", "-c a=", {{"a", ""}}},
                    OptionsCase{"second_equals_sign", "-c a=b=c", {{"a", "b=c"}}},
                    OptionsCase{"the_same_twice", "-c a=1 -c a=2", {{"a", "1"}, {"a", "2"}}},
                    OptionsCase{"bare_dashes_last", "-c a=b --", {{"a", "b"}}},
                    OptionsCase{"vertical_tab", "-c\va=b", {{"a", "b"}}}),
    [](const auto& info) { return info.param.name; });

class OddOptions : public testing::TestWithParam<std::pair<std::string, std::string>> {};

TEST_P(OddOptions, AreRefused) {
    EXPECT_EQ(parse_startup_options(GetParam().second).error(), WireErrc::startup_option);
}

INSTANTIATE_TEST_SUITE_P(Wire, OddOptions,
                         testing::Values(std::pair{"no_name", "-c =b"}, std::pair{"no_name_joined", "-c="},
                                         std::pair{"nothing_after_c", "-c"}, std::pair{"no_value", "-c a"},
                                         std::pair{"no_long_value", "--a"},
                                         std::pair{"dashes_then_more", "-- a=b"},
                                         std::pair{"another_switch", "-B 64"}, std::pair{"bare_word", "a=b"},
                                         std::pair{"bare_dash", "-"}, std::pair{"switch_as_value", "-c -c"}),
                         [](const auto& info) { return info.param.first; });

}  // namespace
}  // namespace gateway::wire
