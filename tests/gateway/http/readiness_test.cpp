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

}  // namespace
}  // namespace gateway::http
