// Detectors, lists of subjects and working hours in a policy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/policies/load/policy_text.hpp"

namespace policies::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct DetectorMistake {
    const char* name;
    const char* more;  // line 7
    const char* line;
};

class DetectorMistakes : public ::testing::TestWithParam<DetectorMistake> {};

TEST_P(DetectorMistakes, AreReportedOnceWithTheirPlaceAndWhatToWrite) {
    EXPECT_THAT(mistakes_in(PolicyText{.more = GetParam().more}.text()),
                ElementsAre(HasSubstr(GetParam().line)));
}

const DetectorMistake detector_mistakes[] = {
    {"unknown", "detectors: { consecutive_key: { most: 10 per hour } }",
     "p.yaml:7:14: unknown key of detectors 'consecutive_key'; did you mean 'consecutive_keys'?"},
    {"how_many", "detectors: { misses: {} }",
     "p.yaml:7:14: misses needs how many are usual; add 'most: 10 per hour'"},
    {"none_at_all", "detectors: { misses: { most: 0 per hour } }",
     "p.yaml:7:30: 'most' is a number from 1 to 1000 in a time; write 10 per hour"},
    {"list_of_numbers", "detectors: { misses: { most: [1 per hour] } }", "'most' is a number from 1 to 1000"},
    {"unknown_time", "detectors: { misses: { most: 10 per hours_ } }", "unknown unit of time 'hours_'"},
    {"step", "detectors: { consecutive_keys: { most: 10 per hour, step: 0 } }",
     "'step' is how far two neighbours may be apart, from 1 to 1000; write 'step: 3'"},
    {"by_whom", "detectors: { misses: { most: 10 per hour, by: role } }",
     "'by' is person or tool; write 'by: tool'"},
    {"action", "detectors: { misses: { most: 10 per hour, actions: [frieze] } }",
     "unknown action 'frieze'; did you mean 'freeze'?"},
    {"once_per", "detectors: { misses: { most: 10 per hour, once_per: month } }",
     "unknown unit of time 'month'"},
    {"role", "detectors: { misses: { most: 10 per hour, roles: [suport] } }",
     "p.yaml:7:51: unknown role 'suport'; did you mean 'support'?"},
    {"zone", "detectors: { outside_hours: { days: [mon], hours: 08:00-18:00, time_zone: Asia/Djakarta } }",
     "there is no time zone 'Asia/Djakarta'; write a name of the IANA's, such as Asia/Jakarta"},
    {"zone_that_is_a_path",
     "detectors: { outside_hours: { days: [mon], hours: 08:00-18:00, time_zone: /etc/localtime } }",
     "there is no time zone '/etc/localtime'"},
    {"zone_outside_of_the_folder",
     "detectors: { outside_hours: { days: [mon], hours: 08:00-18:00, time_zone: a/../../localtime } }",
     "there is no time zone"},
    {"hours", "detectors: { outside_hours: { days: [mon], hours: 8-18, time_zone: UTC } }",
     "'hours' are from a time to another, on 24 hours; write 'hours: 08:00-18:00'"},
    {"no_hour", "detectors: { outside_hours: { days: [mon], hours: 08:00-08:00, time_zone: UTC } }",
     "'hours' are from a time to another"},
    {"day", "detectors: { outside_hours: { days: [monday], hours: 08:00-18:00, time_zone: UTC } }",
     "unknown day 'monday'"},
    {"half_of_them", "detectors: { outside_hours: { days: [mon] } }",
     "outside_hours needs the working hours"},
    {"no_list", "detectors: { canaries: {} }",
     "p.yaml:7:14: there is no list of canaries; write 'canaries: { customer: [4711] }'"},
    {"no_detector", "watched: { customer: [1] }",
     "nothing looks for these watched; write 'detectors: { watched: { actions: [alert] } }'"},
    {"kind", "detectors: { canaries: {} }\ncanaries: { custmer: [1] }",
     "p.yaml:8:13: no table has the subject 'custmer' of this list; did you mean 'customer'?"},
    {"subject_twice", "detectors: { canaries: {} }\ncanaries: { customer: [1, 1] }",
     "'1' stands twice in canaries of customer; remove one"},
};

INSTANTIATE_TEST_SUITE_P(Loader, DetectorMistakes, ::testing::ValuesIn(detector_mistakes),
                         [](const auto& info) { return info.param.name; });

TEST(DetectorPolicy, TellsAllMistakesOfADetectorAtOnce) {
    const char* more = "detectors: { misses: { most: many, by: whom, actions: [shoot] } }";
    EXPECT_THAT(mistakes_in(PolicyText{.more = more}.text()).size(), 3);
}

TEST(DetectorPolicy, LooksAtNoRoleThatIsUnrestrictedOrShownGroupsOnly) {
    const PolicyText text{.role =
                              "tables: [public.customers] }, dba: { unrestricted: true }, "
                              "analyst: { tables: [public.customers], only: aggregates, min_group: 5",
                          .more = "detectors: { misses: { most: 1 per hour, roles: [dba, analyst] } }"};
    EXPECT_THAT(mistakes_in(text.text()), ElementsAre(HasSubstr("role dba is unrestricted"),
                                                      HasSubstr("role analyst is shown groups")));
}

TEST(DetectorPolicy, CountsWhomDetectorsLookForInRolesWithoutABudget) {
    const auto counted = [](const std::string& more) {
        return good_policy(PolicyText{.more = more}.text())->roles.at("support").counted;
    };
    EXPECT_THAT(counted(""), ElementsAre());
    EXPECT_THAT(counted("detectors: { misses: { most: 1 per hour } }"), ElementsAre("customer"));
    EXPECT_THAT(counted("detectors: { canaries: {} }\ncanaries: { customer: [1] }"), ElementsAre("customer"));
}

TEST(DetectorPolicy, IsReadAsWritten) {
    const auto policy = good_policy(
        PolicyText{.more = "detectors: { name_subjects: true, misses: { most: 7 per day, by: tool, "
                           "actions: [freeze], once_per: minute } }\n"}
            .text());
    ASSERT_EQ(policy->detectors.all.size(), 1U);
    const Detector& read = policy->detectors.all.front();
    EXPECT_EQ(read.of, Detector::Of::misses);
    EXPECT_EQ(read.limit.most, 7U);
    EXPECT_EQ(read.limit.window, std::chrono::hours(24));
    EXPECT_EQ(read.once_per, std::chrono::minutes(1));
    EXPECT_TRUE(read.by_tool && read.freezes && !read.refuses && policy->detectors.name_subjects);
}

struct Clock {
    const char* name;
    const char* zone;
    std::array<int, 2> hours;  // from, until
    const char* days;          // one letter each, Monday first; '-': not on this one
    std::int64_t seconds;      // since 1970
    bool works;
};

class Hours : public ::testing::TestWithParam<Clock> {};

TEST_P(Hours, AreThoseOfThePlace) {
    const auto& [name, zone, hours, days, seconds, works] = GetParam();
    WorkingHours::Days listed{};
    for (std::size_t day = 0; day < 7; ++day)
        listed.at(day) = days[day] != '-';
    const auto read =
        WorkingHours::in(zone, listed, std::chrono::hours(hours[0]), std::chrono::hours(hours[1]));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->contain(std::chrono::system_clock::time_point(std::chrono::seconds(seconds))), works);
}

const Clock clocks[] = {
    // 1790000000 is Monday 2026-09-21 14:13:20 UTC, 21:13:20 in Jakarta.
    {"in_the_middle", "UTC", {8, 18}, "MTWTF--", 1790000000, true},
    {"too_late_there", "Asia/Jakarta", {8, 18}, "MTWTF--", 1790000000, false},
    {"another_day", "UTC", {8, 18}, "-TWTF--", 1790000000, false},
    {"first_second", "UTC", {14, 18}, "M------", 1790000000 - 800, true},
    {"before_it", "UTC", {14, 18}, "M------", 1790000000 - 801, false},
    {"the_end_is_outside", "UTC", {8, 14}, "M------", 1790000000 - 800, false},
    {"the_second_before_the_end", "UTC", {8, 14}, "M------", 1790000000 - 801, true},
    {"until_midnight", "UTC", {8, 24}, "M------", 1790000000 + 35199, true},
    {"midnight", "UTC", {8, 24}, "M------", 1790000000 + 35200, false},
    {"night_shift_of_monday", "UTC", {22, 6}, "M------", 1790000000 + 10 * 3600, true},
    {"which_begins_no_earlier", "UTC", {22, 6}, "M------", 1790000000 - 12 * 3600, false},
    // 01:30 UTC is 03:30 in Berlin's summer (2026-07-01), 02:30 in its winter (2026-01-01).
    {"summer", "Europe/Berlin", {3, 4}, "MTWTFSS", 1782869400, true},
    {"winter", "Europe/Berlin", {3, 4}, "MTWTFSS", 1767231000, false},
};

INSTANTIATE_TEST_SUITE_P(Clocks, Hours, ::testing::ValuesIn(clocks),
                         [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace policies::testing
