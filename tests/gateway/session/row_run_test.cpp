#include "gateway/session/row_run.hpp"

#include <gtest/gtest.h>

#include "gateway/wire/backend_writer.hpp"
#include "gateway/wire/frame_reader.hpp"

namespace {

using gateway::session::RowKeys;
using gateway::session::RowRun;
using gateway::wire::BackendWriter;
using gateway::wire::FrameReader;
using gateway::wire::Peer;
using gateway::wire::Value;

/// Reads `bytes` as a session does.
class Server {
public:
    explicit Server(const std::string& bytes) { reader_.feed(bytes); }

    /// Rows that go into `run`.
    std::size_t take_into(RowRun& run) {
        while (!run.full()) {
            const auto frame = reader_.next();
            if (!frame || !*frame) break;
            if (run.take(**frame)) continue;
            reader_.put_back(**frame);
            break;
        }
        return run.rows();
    }
    FrameReader& reader() { return reader_; }

private:
    FrameReader reader_{Peer::backend, gateway::wire::largest_body};
};

std::string row(std::vector<Value> columns) {
    std::string bytes;
    BackendWriter(bytes).data_row(std::span<const Value>(columns));
    return bytes;
}

sql::PrintedStatement with_keys(std::size_t cut) {
    sql::PrintedStatement printed;
    printed.hidden.assign(cut, {.subject = "customer"});
    return printed;
}

TEST(RowRun, ShowsWhatIsPaidWithoutItsKeysAndGivesTheRestBack) {
    const std::string last = row({"Eva", "12", std::nullopt});
    Server server(row({"Ann", "9", "10"}) + row({"Bob", std::nullopt, std::nullopt}) + last);
    const auto printed = with_keys(2);
    RowRun run(RowKeys(3, printed, {}));
    ASSERT_EQ(server.take_into(run), 3u);
    ASSERT_EQ(run.sightings().size(), 3u);
    EXPECT_EQ(run.sightings()[1].column, 1u);
    EXPECT_EQ(run.sightings()[1].key, "10");
    EXPECT_EQ(run.sightings()[2].key, "12");

    std::string shown;
    ASSERT_EQ(run.charged_rows(2), 2u);
    run.write(0, 2, shown);
    EXPECT_EQ(shown, row({"Ann"}) + row({"Bob"}));
    EXPECT_EQ(run.charged_of_next(2), 0u);
    run.put_back_behind(2, server.reader());
    EXPECT_EQ(server.reader().buffered(), last);
}

TEST(RowRun, ReadsAKeyWhereTheClientSeesIt) {
    constexpr sql::Oid int8 = 20;
    auto printed = with_keys(1);
    printed.hidden.push_back({.subject = "customer", .shown_at = sql::ShownKey{1, int8}});
    const std::string ann = row({"Ann", std::string_view("\0\0\0\0\0\0\1\2", 8), "7"});
    Server server(ann + row({"Bob", std::nullopt, std::nullopt}) + row({"Eva", "no number", "8"}));
    RowRun run(RowKeys(3, printed, {gateway::wire::Format::text, gateway::wire::Format::binary}));
    ASSERT_EQ(server.take_into(run), 2u) << "a key that cannot be read ends the run";
    ASSERT_EQ(run.sightings().size(), 2u);
    EXPECT_EQ(run.sightings()[0].key, "7");
    EXPECT_EQ(run.sightings()[1].key, "258");
    std::string shown;
    run.write(0, 1, shown);
    EXPECT_EQ(shown, row({"Ann", std::string_view("\0\0\0\0\0\0\1\2", 8)}));
}

TEST(RowRun, WithoutColumnsToCutRowsPassAsTheyAre) {
    auto printed = with_keys(0);
    printed.hidden.push_back({.subject = "customer", .shown_at = sql::ShownKey{1, 20}});
    const std::string rows = row({"Ann", "258"}) + row({"Bob", std::nullopt});
    Server server(rows);
    RowRun run(RowKeys(2, printed, {}));
    ASSERT_EQ(server.take_into(run), 2u);
    ASSERT_EQ(run.sightings().size(), 1u);
    EXPECT_EQ(run.sightings()[0].key, "258");
    std::string shown;
    run.write(0, 2, shown);
    EXPECT_EQ(shown, rows);
}

TEST(RowRun, ARowOfWhichOnePersonIsPaidIsNotShown) {
    const std::string bytes = row({"Ann", "9", "10"});
    Server server(bytes);
    const auto printed = with_keys(2);
    RowRun run(RowKeys(3, printed, {}));
    ASSERT_EQ(server.take_into(run), 1u);
    EXPECT_EQ(run.charged_rows(1), 0u);
    EXPECT_EQ(run.charged_of_next(1), 1u);
    run.put_back_behind(0, server.reader());
    EXPECT_EQ(server.reader().buffered(), bytes);
}

TEST(RowRun, TellsUpToWhichRowSomebodyWasChargedAnew) {
    Server server(row({"Ann", "9", "10"}) + row({"Bob", "9", "10"}) + row({"Eva", "9", "11"}) +
                  row({"Dan", "9", "10"}));
    const auto printed = with_keys(2);
    RowRun run(RowKeys(3, printed, {}));
    ASSERT_EQ(server.take_into(run), 4u);
    EXPECT_EQ(run.newly_charged_rows(8), 0u);
    run.sightings()[0].is_first = run.sightings()[5].is_first = true;
    EXPECT_EQ(run.newly_charged_rows(8), 3u);
    EXPECT_EQ(run.newly_charged_rows(4), 1u);
    EXPECT_EQ(run.newly_charged_rows(1), 0u) << "his row is not paid as a whole";
    std::string shown;
    run.write(1, 3, shown);
    EXPECT_EQ(shown, row({"Bob"}) + row({"Eva"}));
}

TEST(RowRun, EndsBeforeWhatIsNoPlainRow) {
    std::string complete;
    BackendWriter(complete).command_complete("SELECT 1");
    for (const std::string& other :
         {complete, row({"Ann"}), row({"Ann", "__tabir_nobody3"}), std::string("D\0\0", 3)}) {
        Server server(row({"Ann", "9"}) + other + row({"Bob", "9"}));
        const auto printed = with_keys(1);
        RowRun run(RowKeys(2, printed, {}));
        EXPECT_EQ(server.take_into(run), 1u);
        EXPECT_TRUE(server.reader().buffered().starts_with(other));
        EXPECT_EQ(run.sightings().size(), 1u);
    }
}

TEST(RowRun, HoldsPlainKeysOnly) {
    EXPECT_TRUE(RowRun::holds({}));
    EXPECT_TRUE(RowRun::holds({{.subject = "customer"}, {.subject = "employee"}}));
    EXPECT_FALSE(RowRun::holds({{.subject = "customer"}, {.subject = "customer", .array_depth = 1}}));
    EXPECT_FALSE(RowRun::holds({{.subject = "customer", .searched = true}}));
}

}  // namespace
