#include "gateway/backend/reset.hpp"

#include <gtest/gtest.h>

#include "gateway/wire/backend_writer.hpp"

namespace gateway::backend {
namespace {

using State = Reset::State;
using Status = wire::TransactionStatus;

std::string row(std::string_view value) {
    std::string bytes;
    const std::vector<wire::Value> columns{value};
    wire::BackendWriter(bytes).data_row(columns);
    return bytes;
}

std::string tag(std::string_view text) {
    std::string bytes;
    wire::BackendWriter(bytes).command_complete(text);
    return bytes;
}

std::string ready(Status status = Status::idle) {
    std::string bytes;
    wire::BackendWriter(bytes).ready_for_query(status);
    return bytes;
}

std::string error() {
    std::string bytes;
    wire::BackendWriter(bytes).error({.sqlstate = "25001", .message = "no"});
    return bytes;
}

std::string copy_in() { return std::string("G\0\0\0\7\0\0\0", 8); }

const std::string good_end = row("nonce") + tag("SELECT 1") + ready();

struct ResetCase {
    std::string name;
    std::string answer;
    State expected;
};
class ResetAnswer : public testing::TestWithParam<ResetCase> {};

TEST_P(ResetAnswer, DecidesWhetherTheConnectionIsKept) {
    for (const std::size_t piece : {1UL, 100'000UL}) {
        BackendFacts facts;
        Reset reset("nonce", LeftBy::anybody, facts);
        State state = State::going_on;
        const std::string& answer = GetParam().answer;
        for (std::size_t i = 0; i < answer.size() && state != State::spoiled; i += piece) {
            state = reset.on_backend(std::string_view(answer).substr(i, piece));
        }
        EXPECT_EQ(state, GetParam().expected) << "in pieces of " << piece;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Backend, ResetAnswer,
    testing::Values(
        ResetCase{"idle", ready() + tag("DISCARD ALL") + ready() + good_end, State::clean},
        ResetCase{"leftovers_before",
                  row("a") + tag("SELECT 1") + ready() + ready() + tag("DISCARD ALL") + ready() + good_end,
                  State::clean},
        ResetCase{"skipped_to_sync", error() + ready() + tag("DISCARD ALL") + ready() + good_end,
                  State::clean},
        ResetCase{"discard_failed", ready() + error() + ready() + good_end, State::spoiled},
        ResetCase{"their_own_discard_is_not_ours",
                  tag("DISCARD ALL") + ready() + error() + ready() + good_end, State::spoiled},
        ResetCase{"in_transaction",
                  ready() + tag("DISCARD ALL") + ready() + row("nonce") + tag("SELECT 1") +
                      ready(Status::in_transaction),
                  State::spoiled},
        ResetCase{"another_answer",
                  ready() + tag("DISCARD ALL") + ready() + row("guess") + tag("SELECT 1") + ready(),
                  State::going_on},
        ResetCase{"traces_are_left", ready() + tag("DISCARD ALL") + ready() + row("no nonce"),
                  State::spoiled},
        ResetCase{"nonce_query_failed", ready() + tag("DISCARD ALL") + ready() + row("nonce") + error(),
                  State::spoiled},
        ResetCase{"more_behind", ready() + tag("DISCARD ALL") + ready() + good_end + ready(), State::spoiled},
        ResetCase{"copy_goes_on", copy_in(), State::spoiled},
        ResetCase{"no_message", "\1\1\1\1\1", State::spoiled}),
    [](const auto& info) { return info.param.name; });

TEST(Reset, TakesOverParametersThatGoBack) {
    BackendFacts facts;
    facts.parameters.set("TimeZone", "Asia/Jakarta");
    Reset reset("nonce", LeftBy::anybody, facts);
    std::string status;
    wire::BackendWriter(status).parameter_status("TimeZone", "UTC");
    EXPECT_EQ(reset.on_backend(ready() + status + tag("DISCARD ALL") + ready() + good_end), State::clean);
    EXPECT_EQ(facts.parameters.values()[0].second, "UTC");
}

TEST(Reset, AsksADifferentQuestionEachTime) { EXPECT_NE(random_nonce(), random_nonce()); }

}  // namespace
}  // namespace gateway::backend
