#include "gateway/accounting/ledger.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace {

using namespace std::chrono_literals;
using gateway::accounting::Charged;
using gateway::accounting::ChargeResult;
using gateway::accounting::Exceeded;
using gateway::accounting::Ledger;
using gateway::accounting::TimePoint;
using policies::Budget;

Budget budget(std::uint64_t limit, std::chrono::seconds window) {
    return {.subject = "customer", .limit = limit, .window = window};
}

// The same rules, by walking everything that was ever seen.
class Oracle {
public:
    bool charge(const std::string& key, const std::vector<Budget>& budgets, TimePoint now) {
        for (const Budget& budget : budgets) {
            std::set<std::string> seen = in_window(budget.window, now);
            seen.insert(key);
            if (seen.size() > budget.limit && !in_window(budget.window, now).contains(key)) return false;
        }
        last_[key] = now;
        return true;
    }
    std::set<std::string> in_window(std::chrono::seconds window, TimePoint now) const {
        std::set<std::string> seen;
        for (const auto& [key, last] : last_) {
            if (now - last < window) seen.insert(key);
        }
        return seen;
    }

private:
    std::map<std::string, TimePoint> last_;
};

TEST(Ledger, DecidesAsANaiveCountDoesWhateverTheOrder) {
    constexpr std::uint32_t seed = 20'240'501;
    std::mt19937 random(seed);
    for (int round = 0; round < 60; ++round) {
        Ledger ledger;
        Oracle oracle;
        TimePoint now{};
        std::vector<Budget> budgets{budget(3 + random() % 5, 20s), budget(6 + random() % 10, 100s)};
        for (int step = 0; step < 600; ++step) {
            now += std::chrono::milliseconds(random() % 3'000);
            if (random() % 200 == 0) budgets[0].limit = 1 + random() % 8;  // a policy reload
            const std::string key = std::to_string(random() % 25);
            const bool fits = std::holds_alternative<Charged>(ledger.charge("customer", key, budgets, now));
            ASSERT_EQ(fits, oracle.charge(key, budgets, now))
                << "seed " << seed << " round " << round << " step " << step;
        }
    }
}

TEST(Ledger, KeepsNoMoreSightingsThanTheLimitsAllow) {
    Ledger ledger;
    TimePoint now{};
    const std::vector budgets{budget(10, 60s), budget(40, 600s)};
    for (int key = 0; key < 10'000; ++key) {
        now += 1s;
        (void)ledger.charge("customer", std::to_string(key), budgets, now);
        ASSERT_LE(ledger.sightings(), 40u);
    }
    EXPECT_TRUE(ledger.expire(now + 600s));
    EXPECT_EQ(ledger.sightings(), 0u);
}

TEST(Ledger, TimeThatComesInLateDoesNotDisorderIt) {
    Ledger ledger;
    const TimePoint start{};
    const std::vector budgets{budget(2, 60s)};
    (void)ledger.charge("customer", "1", budgets, start + 10s);
    (void)ledger.charge("customer", "2", budgets, start + 9s);
    const ChargeResult third = ledger.charge("customer", "3", budgets, start + 69s);
    ASSERT_TRUE(std::holds_alternative<Exceeded>(third));
    EXPECT_EQ(std::get<Exceeded>(third).more_in, 1s);
}

TEST(Ledger, CountsAWindowThatAReloadAddsFromWhatItRemembers) {
    Ledger ledger;
    const TimePoint start{};
    for (const char* key : {"1", "2", "3"})
        (void)ledger.charge("customer", key, {budget(10, 600s)}, start);
    const ChargeResult fourth = ledger.charge("customer", "4", {budget(3, 300s)}, start + 10s);
    ASSERT_TRUE(std::holds_alternative<Exceeded>(fourth));
    EXPECT_EQ(std::get<Exceeded>(fourth).seen, 3u);
}

TEST(Ledger, NamesWhenThereIsRoomAgainAfterAReloadLoweredTheLimit) {
    Ledger ledger;
    const TimePoint start{};
    for (int key = 0; key < 5; ++key) {
        (void)ledger.charge("customer", std::to_string(key), {budget(5, 60s)},
                            start + std::chrono::seconds(key));
    }
    const ChargeResult next = ledger.charge("customer", "new", {budget(2, 60s)}, start + 10s);
    ASSERT_TRUE(std::holds_alternative<Exceeded>(next));
    EXPECT_EQ(std::get<Exceeded>(next).seen, 5u);
    EXPECT_EQ(std::get<Exceeded>(next).more_in, 53s);  // when the fourth, seen at second 3, has left
}

}  // namespace
