// The lists of settings against a real PostgreSQL.
#include "policies/rules/setting_lists.hpp"

#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "tests/support/private_postgres.hpp"

namespace policies::rules {
namespace {

std::string value_of(const std::string& sql) { return ::tests::PrivatePostgres::shared().value_of(sql); }

// A setting that a newer PostgreSQL brings is refused until somebody has read about it; of this one each was
// read.
TEST(SettingLists, HoldEverySettingOfPostgres) {
    std::istringstream names(value_of("SELECT string_agg(lower(name), ' ') FROM pg_settings"));
    int count = 0;
    for (std::string name; names >> name; ++count)
        EXPECT_TRUE(kind_of_setting(name)) << name;
    EXPECT_GT(count, 300);
}

// What a session cannot set needs no opinion of ours, and must not look as if it could be set.
TEST(SettingLists, LeaveToTheServerWhatOnlyItCanSet) {
    std::istringstream names(
        value_of("SELECT string_agg(lower(name), ' ') FROM pg_settings "
                 "WHERE context IN ('internal', 'postmaster', 'sighup')"));
    for (std::string name; names >> name;) {
        const auto kind = kind_of_setting(name);
        EXPECT_TRUE(kind == SettingKind::server || kind == SettingKind::files) << name;
    }
}

TEST(SettingLists, AllowOnlyWhatNeedsNoSuperuser) {
    std::istringstream names(
        value_of("SELECT string_agg(lower(name), ' ') FROM pg_settings "
                 "WHERE context NOT IN ('user', 'internal', 'postmaster', 'sighup')"));
    for (std::string name; names >> name;) {
        const auto kind = kind_of_setting(name);
        EXPECT_TRUE(kind != SettingKind::harmless && kind != SettingKind::planning) << name;
    }
}

TEST(SettingLists, KnowNoSettingOfOthers) {
    for (const char* name : {"", "app.user", "plpgsql.variable_conflict", "tabir.search_path", "work_mem "})
        EXPECT_EQ(kind_of_setting(name), std::nullopt) << name;
}

}  // namespace
}  // namespace policies::rules
