#include "gateway/auth/replay_cache.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace gateway::auth {
namespace {

constexpr SessionNumber first{1};
constexpr SessionNumber second{2};

WallTime at(int seconds) { return WallTime(std::chrono::seconds(1'000'000 + seconds)); }

TEST(ReplayCache, LetsASessionShowItsTokenAgainAndNoOther) {
    ReplayCache cache;
    EXPECT_TRUE(cache.note("issuer", "a", at(60), first, at(0)));
    EXPECT_TRUE(cache.note("issuer", "a", at(60), first, at(1)));
    EXPECT_EQ(cache.note("issuer", "a", at(60), second, at(2)).error(), TokenErrc::replayed);
    EXPECT_EQ(cache.note("issuer", "a", at(60), second, at(59)).error(), TokenErrc::replayed);
    EXPECT_TRUE(cache.note("issuer", "b", at(60), second, at(2)));
    EXPECT_TRUE(cache.note("another", "a", at(60), second, at(2)));
}

TEST(ReplayCache, KeepsIssuerAndIdentityApart) {
    ReplayCache cache;
    EXPECT_TRUE(cache.note("ab", "c", at(60), first, at(0)));
    EXPECT_TRUE(cache.note("a", "bc", at(60), second, at(0)));
}

TEST(ReplayCache, ForgetsATokenWhenItHasExpired) {
    ReplayCache cache;
    ASSERT_TRUE(cache.note("i", "a", at(60), first, at(0)));
    ASSERT_TRUE(cache.note("i", "b", at(61), first, at(0)));
    EXPECT_EQ(cache.size(), 2u);
    EXPECT_TRUE(cache.note("i", "c", at(90), first, at(60)));
    EXPECT_EQ(cache.size(), 2u);
}

TEST(ReplayCache, RefusesRatherThanForgets) {
    ReplayCache cache(2);
    ASSERT_TRUE(cache.note("i", "a", at(60), first, at(0)));
    ASSERT_TRUE(cache.note("i", "b", at(60), first, at(0)));
    EXPECT_EQ(cache.note("i", "c", at(60), first, at(1)).error(), TokenErrc::too_many_tokens);
    EXPECT_TRUE(cache.note("i", "a", at(60), first, at(1)));
    EXPECT_EQ(cache.note("i", "a", at(60), second, at(1)).error(), TokenErrc::replayed);
    EXPECT_TRUE(cache.note("i", "c", at(90), first, at(60)));
}

TEST(ReplayCache, IsNotFooledByAClockThatIsSetBack) {
    ReplayCache cache;
    ASSERT_TRUE(cache.note("i", "a", at(60), first, at(0)));
    ASSERT_TRUE(cache.note("i", "b", at(200), first, at(100)));  // by then "a" is forgotten
    EXPECT_EQ(cache.note("i", "a", at(60), second, at(10)).error(), TokenErrc::expired);
}

TEST(ReplayCache, RemembersTheLaterOfTwoTokensWithOneIdentity) {
    ReplayCache cache;
    ASSERT_TRUE(cache.note("i", "a", at(60), first, at(0)));
    ASSERT_TRUE(cache.note("i", "a", at(120), first, at(0)));
    EXPECT_EQ(cache.note("i", "a", at(120), second, at(90)).error(), TokenErrc::replayed);
    EXPECT_EQ(cache.size(), 1u);
}

TEST(ReplayCache, GivesATokenToOneOfManyThreads) {
    ReplayCache cache;
    std::atomic<int> accepted{0};
    std::vector<std::thread> sessions;
    for (std::uint64_t number = 0; number < 4; ++number) {
        sessions.emplace_back([&cache, &accepted, number] {
            for (int token = 0; token < 500; ++token) {
                if (cache.note("i", std::to_string(token), at(60), SessionNumber{number}, at(0))) ++accepted;
            }
        });
    }
    for (auto& session : sessions)
        session.join();
    EXPECT_EQ(accepted, 500);
}

}  // namespace
}  // namespace gateway::auth
