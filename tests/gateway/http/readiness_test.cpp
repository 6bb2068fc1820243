#include "gateway/http/readiness.hpp"

#include <gtest/gtest.h>

namespace gateway::http {
namespace {

TEST(Readiness, BeginsAsStarting) { EXPECT_EQ(Readiness{}.obstacle(), "starting"); }

TEST(Readiness, SaysWhyItEnded) {
    Readiness readiness;
    readiness.now_ready();
    EXPECT_EQ(readiness.obstacle(), std::nullopt);
    readiness.not_ready("draining");
    EXPECT_EQ(readiness.obstacle(), "draining");
}

TEST(Readiness, TellsWhatDoesNotWorkAlthoughItIsReady) {
    Readiness readiness;
    EXPECT_EQ(readiness.degraded(), std::nullopt);
    bool away = true;
    readiness.unless_degraded([&] { return away ? std::optional<std::string>("Redis") : std::nullopt; });
    readiness.now_ready();
    EXPECT_EQ(readiness.degraded(), "Redis");
    EXPECT_EQ(readiness.obstacle(), std::nullopt) << "sessions are served";
    away = false;
    EXPECT_EQ(readiness.degraded(), std::nullopt);
}

}  // namespace
}  // namespace gateway::http
