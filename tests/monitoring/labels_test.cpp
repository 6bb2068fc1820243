#include "monitoring/labels.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "policies/decide.hpp"
#include "policies/detector.hpp"
#include "sql/facts.hpp"

namespace monitoring {
namespace {

TEST(Labels, AreFoundByTheirValue) {
    for (const auto list : {statement_kinds(), refusal_reasons(), sqlstate_classes(), detectors()}) {
        for (std::size_t i = 0; i < list.size(); ++i)
            EXPECT_EQ(place_of(list[i], list), i) << list[i];
    }
}

TEST(Labels, CountWhatIsNotListedAsOther) {
    for (const auto list : {statement_kinds(), refusal_reasons(), sqlstate_classes(), detectors()}) {
        EXPECT_EQ(list[place_of("no such word", list)], other);
        EXPECT_EQ(list[place_of("", list)], other);
        EXPECT_EQ(list[place_of("zzzz", list)], other);
    }
}

// The room knows no other one, so it repeats their words; this keeps the lists the same.
TEST(Labels, ListEveryWordOfTheOtherRooms) {
    std::set<std::string_view> kinds{other};
    for (int i = 0; i <= static_cast<int>(sql::StatementKind::other); ++i) {
        kinds.insert(sql::name_of(static_cast<sql::StatementKind>(i)));
    }
    EXPECT_THAT(statement_kinds(), testing::ElementsAreArray(kinds));

    std::set<std::string_view> reasons{other};
    for (int i = 0; i <= static_cast<int>(policies::Reason::verify_failed); ++i) {
        reasons.insert(policies::name_of(static_cast<policies::Reason>(i)));
    }
    EXPECT_THAT(refusal_reasons(), testing::ElementsAreArray(reasons));

    std::set<std::string_view> names{other};
    for (std::size_t i = 0; i < policies::detector_count; ++i) {
        names.insert(policies::name_of(static_cast<policies::Detector::Of>(i)));
    }
    EXPECT_THAT(detectors(), testing::ElementsAreArray(names));
}

}  // namespace
}  // namespace monitoring
