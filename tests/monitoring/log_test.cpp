#include "monitoring/log.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace monitoring {
namespace {

TEST(LogLine, IsOneJsonObjectWithTimeLevelAndEventFirst) {
    const auto line = format_line(
        1'714'564'800'123, Level::info, "session_opened",
        std::vector<Field>{{"session", 17}, {"role", "support"}, {"tls", true}, {"seconds", 0.5}});
    EXPECT_EQ(line, R"({"time":"2024-05-01T12:00:00.123Z","level":"info","event":"session_opened",)"
                    R"("session":17,"role":"support","tls":true,"seconds":0.5})");
}

TEST(LogLine, CannotBeForgedByAClientsText) {
    const auto line = format_line(0, Level::warning, "login_refused",
                                  std::vector<Field>{{"user", "x\"}\n{\"event\":\"login_accepted\""}});
    EXPECT_EQ(line, R"({"time":"1970-01-01T00:00:00.000Z","level":"warn","event":"login_refused",)"
                    R"("user":"x\"}\u000a{\"event\":\"login_accepted\""})");
}

TEST(LogLine, HoldsEveryKindOfNumber) {
    const auto line = format_line(0, Level::error, "numbers",
                                  std::vector<Field>{{"smallest", std::numeric_limits<std::int64_t>::min()},
                                                     {"largest", std::numeric_limits<std::uint64_t>::max()},
                                                     {"infinite", std::numeric_limits<double>::infinity()}});
    EXPECT_NE(line.find(R"("smallest":-9223372036854775808,"largest":18446744073709551615,"infinite":null)"),
              std::string::npos)
        << line;
}

TEST(LogLevel, DecidesWhetherALineIsWritten) {
    testing::internal::CaptureStderr();
    set_log_level(Level::warning);
    log(Level::info, "unheard");
    log(Level::warning, "heard", {{"braces", "{}"}});
    set_log_level(Level::info);
    const auto written = testing::internal::GetCapturedStderr();
    EXPECT_EQ(written.find("unheard"), std::string::npos);
    EXPECT_NE(written.find(R"("event":"heard","braces":"{}"})"
                           "\n"),
              std::string::npos);
}

TEST(LogLevel, IsReadFromItsName) {
    EXPECT_EQ(level_of("debug"), Level::debug);
    EXPECT_EQ(level_of("error"), Level::error);
    EXPECT_EQ(level_of("loud"), std::nullopt);
}

}  // namespace
}  // namespace monitoring
