#include <gtest/gtest.h>

#include "tests/support/private_postgres.hpp"
#include "tests/support/wire_case.hpp"

namespace tests {
namespace {

// What the gateway must answer, PostgreSQL answers too: the cases are about the protocol and hold no policy.
TEST(WireCases, HoldForBarePostgresql) {
    auto& postgres = PrivatePostgres::shared();
    const auto files = wire_case_files(TABIR_SOURCE_DIR "/tests/cases/wire");
    EXPECT_GE(files.size(), 10u);
    for (const auto& file : files) {
        auto client = WireClient::logged_in({.host = postgres.socket().string()});
        EXPECT_EQ(difference(WireCase::load(file), client), "");
    }
}

TEST(WireCases, FindADifference) {
    auto client = WireClient::logged_in({.host = PrivatePostgres::shared().socket().string()});
    using Kind = WireStep::Kind;
    const WireCase wrong{"case",
                         {{Kind::client, 1, wire_lines("Query sql=\"select 1\"")},
                          {Kind::answer, 2, wire_lines("RowDescription | DataRow value=2")}}};
    EXPECT_EQ(difference(wrong, client), "case:2: expected DataRow value=2\n     but got DataRow value=1");
}

TEST(WireClient, LogsInWithScramOverTcp) {
    auto& postgres = PrivatePostgres::shared();
    postgres.execute("create role scram_user login password 's\u00e9cret'");
    auto client = WireClient::logged_in({.port = postgres.port(),
                                         .user = "scram_user",
                                         .password = "s\u00e9cret",
                                         .settings = {{"application_name", "x"}}});
    EXPECT_EQ(client.ask("Query sql=\"show application_name\""),
              "RowDescription column=application_name type=25 | DataRow value=x | CommandComplete tag=SHOW | "
              "ReadyForQuery status=I");
    EXPECT_NE(client.process_id(), 0u);
    EXPECT_THROW(
        (void)WireClient::logged_in({.port = postgres.port(), .user = "scram_user", .password = "wrong"}),
        std::runtime_error);
}

}  // namespace
}  // namespace tests
