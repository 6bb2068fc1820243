#include "gateway/accounting/ledger.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace {

using namespace std::chrono_literals;
using gateway::accounting::Fit;
using gateway::accounting::Ledger;
using gateway::accounting::TimePoint;
using policies::Limit;

/// Counts `subject` if it fits.
Fit charge(Ledger& ledger, std::uint64_t subject, const std::vector<Limit>& limits, TimePoint now) {
    const Fit fit = ledger.fit(subject, limits, now);
    if (fit.exceeded == nullptr) ledger.count(subject, now);
    return fit;
}

// The same rules, by walking everything that was ever seen.
class Oracle {
public:
    bool charge(std::uint64_t key, const std::vector<Limit>& limits, TimePoint now) {
        for (const Limit& limit : limits) {
            std::set<std::uint64_t> seen = in_window(limit.window, now);
            seen.insert(key);
            if (seen.size() > limit.most && !in_window(limit.window, now).contains(key)) return false;
        }
        last_[key] = now;
        return true;
    }
    std::set<std::uint64_t> in_window(std::chrono::seconds window, TimePoint now) const {
        std::set<std::uint64_t> seen;
        for (const auto& [key, last] : last_) {
            if (now - last < window) seen.insert(key);
        }
        return seen;
    }

private:
    std::map<std::uint64_t, TimePoint> last_;
};

TEST(Ledger, DecidesAsANaiveCountDoesWhateverTheOrder) {
    constexpr std::uint32_t seed = 20'240'501;
    std::mt19937 random(seed);
    for (int round = 0; round < 60; ++round) {
        Ledger ledger;
        Oracle oracle;
        TimePoint now{};
        std::vector<Limit> limits{{3 + random() % 5, 20s, {}}, {6 + random() % 10, 100s, {}}};
        for (int step = 0; step < 600; ++step) {
            now += std::chrono::milliseconds(random() % 3'000);
            if (random() % 200 == 0) limits[0].most = 1 + random() % 8;  // a policy reload
            const std::uint64_t key = random() % 25;
            const bool fits = charge(ledger, key, limits, now).exceeded == nullptr;
            ASSERT_EQ(fits, oracle.charge(key, limits, now))
                << "seed " << seed << " round " << round << " step " << step;
        }
    }
}

TEST(Ledger, KeepsNoMoreSightingsThanTheLimitsAllow) {
    Ledger ledger;
    TimePoint now{};
    const std::vector<Limit> limits{{10, 60s, {}}, {40, 600s, {}}};
    for (std::uint64_t key = 0; key < 10'000; ++key) {
        now += 1s;
        (void)charge(ledger, key, limits, now);
        ASSERT_LE(ledger.sightings(), 40u);
    }
    EXPECT_TRUE(ledger.expire(now + 600s));
    EXPECT_EQ(ledger.sightings(), 0u);
}

TEST(Ledger, TimeThatComesInLateDoesNotDisorderIt) {
    Ledger ledger;
    const TimePoint start{};
    const std::vector<Limit> limits{{2, 60s, {}}};
    (void)charge(ledger, 1, limits, start + 10s);
    (void)charge(ledger, 2, limits, start + 9s);
    const Fit third = charge(ledger, 3, limits, start + 69s);
    ASSERT_NE(third.exceeded, nullptr);
    EXPECT_EQ(third.more_in, 1s);
}

TEST(Ledger, CountsAWindowThatAReloadAddsFromWhatItRemembers) {
    Ledger ledger;
    const TimePoint start{};
    for (const std::uint64_t key : {1, 2, 3})
        (void)charge(ledger, key, {{10, 600s, {}}}, start);
    const Fit fourth = charge(ledger, 4, {{3, 300s, {}}}, start + 10s);
    ASSERT_NE(fourth.exceeded, nullptr);
    EXPECT_EQ(fourth.seen, 3u);
}

TEST(Ledger, NamesWhenThereIsRoomAgainAfterAReloadLoweredTheLimit) {
    Ledger ledger;
    const TimePoint start{};
    for (std::uint64_t key = 0; key < 5; ++key) {
        (void)charge(ledger, key, {{5, 60s, {}}}, start + std::chrono::seconds(key));
    }
    const Fit next = charge(ledger, 5, {{2, 60s, {}}}, start + 10s);
    ASSERT_NE(next.exceeded, nullptr);
    EXPECT_EQ(next.seen, 5u);
    EXPECT_EQ(next.more_in, 53s);  // when the fourth, seen at second 3, has left
}

TEST(Ledger, CountsAsManyTimesAsSightingsComeOfFewPeople) {
    Ledger ledger;
    TimePoint now{};
    const std::vector<Limit> limits{{3, 60s, {}}};
    for (std::uint64_t step = 0; step < 5'000; ++step) {  // moments without people are left behind
        now += 1ms;
        ASSERT_EQ(charge(ledger, step % 3, limits, now).exceeded, nullptr);
    }
    const Fit fourth = charge(ledger, 4, limits, now);
    ASSERT_NE(fourth.exceeded, nullptr);
    EXPECT_EQ(fourth.seen, 3u);
    EXPECT_EQ(ledger.use(limits[0], now + 59s).seen, 3u);
    EXPECT_EQ(ledger.use(limits[0], now - 1ms + 60s).seen, 1u);
    EXPECT_EQ(ledger.use(limits[0], now + 60s).seen, 0u);
}

TEST(Ledger, TellsThousandsApart) {
    std::mt19937_64 random(20'261'128);
    Ledger ledger;
    std::set<std::uint64_t> people;
    TimePoint now{};
    const std::vector<Limit> limits{{1'000'000, 600s, {}}};
    for (int step = 0; step < 30'000; ++step) {
        if (step % 7 == 0) now += 1ms;
        const std::uint64_t key = random() & 0xffff'0000'0000'3fffULL;  // crowded places
        ASSERT_EQ(charge(ledger, key, limits, now).fresh, people.insert(key).second);
    }
    EXPECT_EQ(ledger.sightings(), people.size());
    const auto seen = ledger.all_seen();
    ASSERT_EQ(seen.size(), people.size());
    EXPECT_TRUE(std::ranges::is_sorted(seen, {}, &Ledger::Seen::at));
    for (const Ledger::Seen& each : seen)
        ASSERT_TRUE(people.contains(each.subject));
}

TEST(Ledger, IsCoveredUntilThenAndNotWhenItComesBackAfterItsWindow) {
    Ledger ledger;
    const std::vector<Limit> limits{{10, 60s, {}}};
    const TimePoint start = TimePoint{} + 60 * 24h;  // since the machine started
    (void)charge(ledger, 1, limits, start);
    ledger.cover(1, start + 90s);
    EXPECT_TRUE(ledger.fit(1, limits, start + 59s).covered);
    EXPECT_FALSE(ledger.fit(1, limits, start + 60s).covered);
    ledger.count(1, start + 61s);
    EXPECT_FALSE(ledger.fit(1, limits, start + 61s).covered);
    EXPECT_EQ(ledger.all_seen().front().at, start + 61s);
    ledger.cover(1, start + 62s);
    EXPECT_TRUE(ledger.fit(1, limits, start + 62s).covered);
    EXPECT_FALSE(ledger.fit(1, limits, start + 62s + 1ms).covered);
    EXPECT_EQ(ledger.all_seen().front().at, start + 62s);
}

}  // namespace
