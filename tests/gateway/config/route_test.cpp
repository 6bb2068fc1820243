#include "gateway/config/route.hpp"

#include <gtest/gtest.h>

namespace {

using gateway::config::Config;
using gateway::config::DatabaseAddress;
using gateway::config::route;

Config config() {
    Config config;
    config.databases["payments"] = {.server = "main", .database = {}};
    config.databases["reports"] = {.server = "second", .database = "reports_2024"};
    return config;
}

TEST(Route, LeadsToTheServersOwnName) {
    EXPECT_EQ(route(config(), "payments"), (DatabaseAddress{"main", "payments"}));
    EXPECT_EQ(route(config(), "reports"), (DatabaseAddress{"second", "reports_2024"}));
    EXPECT_EQ(route(config(), "Payments"), std::nullopt) << "PostgreSQL's names know case";
}

TEST(Route, PassesOtherNamesOnOnlyWhereAStarStands) {
    Config with_star = config();
    EXPECT_EQ(route(with_star, "other"), std::nullopt);
    with_star.databases["*"] = {.server = "main", .database = {}};
    EXPECT_EQ(route(with_star, "other"), (DatabaseAddress{"main", "other"}));
    EXPECT_EQ(route(with_star, "*"), (DatabaseAddress{"main", "*"}));
    EXPECT_EQ(route(with_star, "reports"), (DatabaseAddress{"second", "reports_2024"}));
    EXPECT_EQ(route(with_star, ""), std::nullopt);
}

}  // namespace
