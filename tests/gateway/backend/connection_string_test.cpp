#include "gateway/backend/connection_string.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using gateway::backend::connection_string;
using gateway::config::BackendUser;
using gateway::config::Endpoint;
using gateway::config::Server;
using gateway::config::TlsMode;
using testing::HasSubstr;
using testing::Not;

std::string text(const Server& server, const BackendUser& user = {.user = "u", .password = "p"},
                 const std::string& database = "d") {
    return connection_string(server, database, user, {});
}

TEST(ConnectionString, QuotesWhatCouldEndAValue) {
    const Server server{.endpoint = {.host = "db", .port = 5433}};
    EXPECT_THAT(text(server, {.user = R"(a' host='evil)", .password = R"(x\'y)"}, "d' x"),
                testing::AllOf(HasSubstr(R"(user='a\' host=\'evil')"), HasSubstr(R"(password='x\\\'y')"),
                               HasSubstr(R"(dbname='d\' x')"), HasSubstr("host='db' port='5433'")));
}

TEST(ConnectionString, NamesASocketByFolderAndPort) {
    const Server server{.endpoint = {.socket_path = "/run/postgresql/.s.PGSQL.5444"},
                        .tls = TlsMode::disable};
    EXPECT_THAT(text(server), testing::AllOf(HasSubstr("host='/run/postgresql' port='5444'"),
                                             HasSubstr("sslmode='disable'")));
}

TEST(ConnectionString, ChecksTheServerAsTheConfigurationSays) {
    Server server{.endpoint = {.host = "db", .port = 1}, .ca_file = "/ca.crt"};
    EXPECT_THAT(text(server),
                testing::AllOf(HasSubstr("sslmode='verify-full'"), HasSubstr("sslrootcert='/ca.crt'")));
    server.tls = TlsMode::require;
    EXPECT_THAT(text(server), testing::AllOf(HasSubstr("sslmode='require'"), Not(HasSubstr("/ca.crt"))));
}

TEST(ConnectionString, BindsTheLogInToTheChannelWhereNothingElseProvesTheServer) {
    Server server{.endpoint = {.host = "db", .port = 1}, .tls = TlsMode::require};
    EXPECT_THAT(text(server), HasSubstr("channel_binding='require'"));
    server.allow_md5 = true;
    EXPECT_THAT(text(server), HasSubstr("channel_binding='prefer'"));
}

}  // namespace
