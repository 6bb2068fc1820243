#include "monitoring/labels.hpp"

#include <gtest/gtest.h>

namespace monitoring {
namespace {

TEST(Labels, AreFoundByTheirValue) {
    for (const auto list : {statement_kinds(), refusal_reasons(), sqlstate_classes()}) {
        for (std::size_t i = 0; i < list.size(); ++i)
            EXPECT_EQ(place_of(list[i], list), i) << list[i];
    }
}

TEST(Labels, CountWhatIsNotListedAsOther) {
    for (const auto list : {statement_kinds(), refusal_reasons(), sqlstate_classes()}) {
        EXPECT_EQ(list[place_of("no such word", list)], other);
        EXPECT_EQ(list[place_of("", list)], other);
        EXPECT_EQ(list[place_of("zzzz", list)], other);
    }
}

}  // namespace
}  // namespace monitoring
