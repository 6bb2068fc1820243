#include "gateway/session/relay_watch.hpp"

#include <gtest/gtest.h>

#include "gateway/wire/backend_writer.hpp"
#include "gateway/wire/frontend_writer.hpp"

namespace gateway::session {
namespace {

class RelayWatchTest : public testing::Test {
protected:
    monitoring::Metrics metrics;
    backend::ReportedParameters parameters;
    RelayWatch watch{metrics.role("dba"), parameters};

    static std::string query(std::string_view text) {
        std::string bytes;
        wire::FrontendWriter(bytes).query(text);
        return bytes;
    }
    static std::string ready(wire::TransactionStatus status) {
        std::string bytes;
        wire::BackendWriter(bytes).ready_for_query(status);
        return bytes;
    }
    static std::string terminate() {
        std::string bytes;
        wire::FrontendWriter(bytes).terminate();
        return bytes;
    }
};

TEST_F(RelayWatchTest, IsAtRestBetweenStatementsOnly) {
    EXPECT_TRUE(watch.at_rest());
    watch.on_client(query("select 1"));
    EXPECT_FALSE(watch.at_rest());
    watch.on_backend(ready(wire::TransactionStatus::idle));
    EXPECT_TRUE(watch.at_rest());
}

TEST_F(RelayWatchTest, IsNotAtRestWithinATransaction) {
    watch.on_client(query("begin"));
    watch.on_backend(ready(wire::TransactionStatus::in_transaction));
    EXPECT_FALSE(watch.at_rest());
    watch.on_client(query("select 1/0"));
    watch.on_backend(ready(wire::TransactionStatus::failed));
    EXPECT_FALSE(watch.at_rest());
}

TEST_F(RelayWatchTest, IsNotAtRestWithinAMessageOfEitherSide) {
    watch.on_client(query("select 1").substr(0, 3));
    EXPECT_FALSE(watch.client_at_boundary());
    std::string row;
    const std::vector<wire::Value> columns{"a long value"};
    wire::BackendWriter(row).data_row(columns);
    watch.on_backend(row.substr(0, 9));
    EXPECT_FALSE(watch.backend_at_boundary());
}

TEST_F(RelayWatchTest, KeepsTerminateFromTheServer) {
    const auto seen = watch.on_client(query("commit") + terminate());
    EXPECT_TRUE(seen.terminate);
    EXPECT_EQ(seen.forward, query("commit").size());
}

TEST_F(RelayWatchTest, IsStillAtRestWhenOnlyTerminateComes) {
    const auto seen = watch.on_client(terminate());
    EXPECT_TRUE(seen.terminate);
    EXPECT_EQ(seen.forward, 0U);
    EXPECT_TRUE(watch.at_rest());
}

TEST_F(RelayWatchTest, LetsATerminateThatWasHalfForwardedGo) {
    watch.on_client(terminate().substr(0, 2));
    const auto seen = watch.on_client(terminate().substr(2));
    EXPECT_FALSE(seen.terminate);
    EXPECT_EQ(seen.forward, 3U);
}

TEST_F(RelayWatchTest, RelaysWhatIsNoMessageAndTrustsNothingAfterwards) {
    const auto seen = watch.on_client("\1\2\3garbage");
    EXPECT_EQ(seen.forward, 10U);
    watch.on_backend(ready(wire::TransactionStatus::idle));
    EXPECT_FALSE(watch.at_rest());
}

TEST_F(RelayWatchTest, NotesParametersEvenInPieces) {
    std::string status;
    wire::BackendWriter(status).parameter_status("TimeZone", "Asia/Jakarta");
    for (const char byte : status)
        watch.on_backend({&byte, 1});
    ASSERT_EQ(parameters.values().size(), 1U);
    EXPECT_EQ(parameters.values()[0].second, "Asia/Jakarta");
}

TEST_F(RelayWatchTest, SeesWhoWantsADatabaseAlone) {
    for (const auto* text :
         {"DROP DATABASE shop", "create\tdatabase a template b", " /* a /* b */ */-- c\n;ALTER Database x"}) {
        EXPECT_TRUE(watch.on_client(query(text)).wants_database_alone) << text;
        std::string parse;
        wire::FrontendWriter(parse).parse("s1", text, std::vector<std::uint32_t>{});
        EXPECT_TRUE(watch.on_client(parse).wants_database_alone) << text;
    }
    for (const auto* text : {"", "select 'drop database shop'", "drop table database", "/* drop database",
                             "-- drop database", "dropdatabase", "drop /*", "*/ drop database x"}) {
        EXPECT_FALSE(watch.on_client(query(text)).wants_database_alone) << text;
    }
}

TEST_F(RelayWatchTest, SeesStartValuesChangeOnceThatIsCommitted) {
    const auto complete = [](std::string_view tag) {
        std::string bytes;
        wire::BackendWriter(bytes).command_complete(tag);
        return bytes;
    };
    watch.on_client(query("ALTER ROLE a SET work_mem = 1"));
    EXPECT_FALSE(watch.on_backend(complete("ALTER ROLE") + ready(wire::TransactionStatus::in_transaction)));
    EXPECT_TRUE(watch.on_backend(ready(wire::TransactionStatus::idle)));
    EXPECT_FALSE(watch.on_backend(complete("ALTER TABLE") + ready(wire::TransactionStatus::idle)));
}

}  // namespace
}  // namespace gateway::session
