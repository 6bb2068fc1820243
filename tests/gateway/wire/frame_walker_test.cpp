#include "gateway/wire/frame_walker.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/wire_bytes.hpp"

namespace gateway::wire {
namespace {

using namespace std::string_literals;
using tests::message;

/// What a walk saw of one message.
struct Walked {
    char type;
    std::string body;
    bool complete;
    bool operator==(const Walked&) const = default;
};

std::vector<Walked> walk(FrameWalker& walker, ByteView chunk, std::vector<Walked> walked = {}) {
    for (;;) {
        const auto piece = walker.next(chunk).value();
        if (!piece) return walked;
        if (piece->first) walked.push_back({piece->type, "", false});
        EXPECT_EQ(piece->offset, walked.back().body.size());
        walked.back().body += piece->body;
        walked.back().complete = piece->last();
    }
}

TEST(FrameWalker, SeesTheSameMessagesWhereverTheStreamIsSplit) {
    const auto stream =
        message('D', "\0\1\0\0\0\1x"s) + message('C', "SELECT 1\0"s) + message('I', "") + message('Z', "I");
    const std::vector<Walked> expected{
        {'D', "\0\1\0\0\0\1x"s, true}, {'C', "SELECT 1\0"s, true}, {'I', "", true}, {'Z', "I", true}};
    for (std::size_t first = 0; first <= stream.size(); ++first) {
        for (std::size_t second = first; second <= stream.size(); ++second) {
            FrameWalker walker(Peer::backend, largest_body);
            auto walked = walk(walker, ByteView(stream).substr(0, first));
            walked = walk(walker, ByteView(stream).substr(first, second - first), std::move(walked));
            walked = walk(walker, ByteView(stream).substr(second), std::move(walked));
            ASSERT_EQ(walked, expected) << "split at " << first << " and " << second;
            ASSERT_TRUE(walker.at_boundary());
        }
    }
}

TEST(FrameWalker, ReportsAMessageAsSoonAsItsHeaderIsThere) {
    FrameWalker walker(Peer::backend, largest_body);
    ByteView chunk("D\0\0\0\x64", 5);
    const auto piece = walker.next(chunk).value();
    ASSERT_TRUE(piece);
    EXPECT_TRUE(piece->first);
    EXPECT_EQ(piece->body_size, 96u);
    EXPECT_FALSE(piece->last());
    EXPECT_FALSE(walker.at_boundary());
}

TEST(FrameWalker, IsNotAtABoundaryWithinAHeader) {
    FrameWalker walker(Peer::backend, largest_body);
    ByteView chunk("D\0", 2);
    EXPECT_FALSE(walker.next(chunk).value());
    EXPECT_FALSE(walker.at_boundary());
}

struct BadStream {
    std::string name;
    std::string input;
    WireErrc expected;
};
class FrameWalkerRefuses : public testing::TestWithParam<BadStream> {};

TEST_P(FrameWalkerRefuses, WhatHasNoBoundaries) {
    FrameWalker walker(Peer::backend, BodyLimit{1000});
    ByteView chunk = GetParam().input;
    EXPECT_EQ(walker.next(chunk).error(), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Wire, FrameWalkerRefuses,
    testing::Values(BadStream{"unknown_type", "?"s, WireErrc::unknown_type},
                    BadStream{"length_three", "D\0\0\0\3"s, WireErrc::length_out_of_range},
                    BadStream{"above_the_limit", "D\0\0\3\xed"s, WireErrc::length_out_of_range},
                    BadStream{"negative", "D\xff\xff\xff\xff"s, WireErrc::length_out_of_range}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace gateway::wire
