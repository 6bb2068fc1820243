// The store's time is only what a replica can be sure of. Whatever says more would refill budgets early.
#include "gateway/accounting/store_time.hpp"

#include <gtest/gtest.h>

namespace {

using namespace std::chrono_literals;
using gateway::accounting::store_slack;
using gateway::accounting::StoreTime;
using gateway::accounting::TimePoint;

constexpr TimePoint sent{1h};

TEST(StoreTime, IsUnknownBeforeTheFirstAnswer) { EXPECT_FALSE(StoreTime().vouched(sent)); }

TEST(StoreTime, GoesOnFromTheReceiptOfAnAnswerBecauseItMayHaveBeenLongOnItsWay) {
    StoreTime time;
    time.told(5'000, sent, sent + 900ms);
    EXPECT_EQ(time.vouched(sent + 900ms), 5'000);
    EXPECT_EQ(time.vouched(sent + 1'000ms), 5'100);
}

TEST(StoreTime, IsNotPulledBackByAnAnswerThatCameLate) {
    StoreTime time;
    time.told(5'000, sent, sent + 10ms);
    time.told(5'100, sent + 100ms, sent + 1'000ms);
    EXPECT_EQ(time.vouched(sent + 1'000ms), 5'990);
}

TEST(StoreTime, IsNotVouchedForLongAfterTheLastAnswerThatWasAskedFor) {
    StoreTime time;
    time.told(5'000, sent, sent + 1'500ms);
    EXPECT_TRUE(time.vouched(sent + store_slack));
    EXPECT_FALSE(time.vouched(sent + store_slack + 1ms));
    time.told(20'000, sent + 9s, sent + 9s);
    EXPECT_EQ(time.vouched(sent + 10s), 21'000);
}

TEST(StoreTime, IsForgottenWithTheDataOfTheStore) {
    StoreTime time;
    time.told(5'000, sent, sent);
    time.forget();
    EXPECT_FALSE(time.vouched(sent));
}

}  // namespace
