#include "gateway/wire/frame_reader.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/wire_bytes.hpp"

namespace gateway::wire {
namespace {

using namespace std::string_literals;
using tests::message;
using tests::packet;

std::vector<std::string> frames_of(FrameReader& reader) {
    std::vector<std::string> frames;
    for (;;) {
        const auto frame = reader.next().value();
        if (!frame) return frames;
        frames.emplace_back(frame->bytes());
    }
}

TEST(FrameReader, GivesTheSameFramesWhereverTheStreamIsSplit) {
    const std::vector<std::string> sent{message('Q', "select 1\0"s), message('S', ""), message('X', "")};
    const auto stream = sent[0] + sent[1] + sent[2];
    for (std::size_t split = 0; split <= stream.size(); ++split) {
        FrameReader reader(Peer::frontend, largest_body);
        reader.feed(stream.substr(0, split));
        auto frames = frames_of(reader);
        reader.feed(stream.substr(split));
        for (auto& frame : frames_of(reader))
            frames.push_back(frame);
        EXPECT_EQ(frames, sent) << "split at " << split;
    }
}

TEST(FrameReader, FollowsAStreamOfSingleBytes) {
    FrameReader reader(Peer::frontend, largest_body);
    std::vector<std::string> frames;
    for (const char byte : message('Q', "x\0"s) + message('H', "")) {
        reader.feed({&byte, 1});
        for (auto& frame : frames_of(reader))
            frames.push_back(frame);
    }
    EXPECT_EQ(frames, (std::vector{message('Q', "x\0"s), message('H', "")}));
}

TEST(FrameReader, CutsTenThousandFramesOutOfOneChunk) {
    std::string stream;
    for (int i = 0; i < 10'000; ++i)
        stream += message('S', "");
    FrameReader reader(Peer::frontend, largest_body);
    reader.feed(stream);
    EXPECT_EQ(frames_of(reader).size(), 10'000u);
}

TEST(FrameReader, ReadsIntoItsOwnRoom) {
    FrameReader reader(Peer::frontend, largest_body);
    const auto sync = message('S', "");
    const auto room = reader.prepare(4096);
    ASSERT_GE(room.size(), 4096u);
    sync.copy(room.data(), sync.size());
    reader.commit(sync.size());
    EXPECT_EQ(frames_of(reader), std::vector{sync});
}

TEST(FrameReader, AnnouncedLengthsTakeNoMemory) {
    FrameReader reader(Peer::frontend, largest_body);
    reader.feed("Q\x3f\xff\xff\xf0"s);
    EXPECT_FALSE(reader.next().value());
    EXPECT_LT(reader.prepare(1).size(), 100u);
}

TEST(FrameReader, KeepsWhatFollowsAStartupPacket) {
    FrameReader reader(Peer::frontend, largest_body);
    reader.feed(packet("\0\3\0\0"s) + message('S', ""));
    EXPECT_EQ(reader.next_startup_packet().value(), "\0\3\0\0"s);
    EXPECT_EQ(reader.buffered(), message('S', ""));
    EXPECT_EQ(frames_of(reader), std::vector{message('S', "")});
}

TEST(FrameReader, HandsOutBytesThatAreRelayedInstead) {
    FrameReader reader(Peer::frontend, largest_body);
    reader.feed(message('S', "") + "Q\0\0"s);
    EXPECT_EQ(frames_of(reader).size(), 1u);
    EXPECT_EQ(reader.buffered(), "Q\0\0"s);
    reader.skip(reader.buffered().size());
    reader.release();
    EXPECT_TRUE(reader.buffered().empty());
}

struct BadFrame {
    std::string name;
    Peer peer;
    std::string input;
    WireErrc expected;
};
class FrameHeader : public testing::TestWithParam<BadFrame> {};

TEST_P(FrameHeader, IsCheckedBeforeTheBodyIsThere) {
    FrameReader reader(GetParam().peer, BodyLimit{16'000});
    reader.feed(GetParam().input);
    EXPECT_EQ(reader.next().error(), GetParam().expected);
    EXPECT_EQ(reader.next().error(), GetParam().expected) << "the error repeats";
}

INSTANTIATE_TEST_SUITE_P(
    Wire, FrameHeader,
    testing::Values(
        BadFrame{"length_zero", Peer::frontend, "Q\0\0\0\0"s, WireErrc::length_out_of_range},
        BadFrame{"shorter_than_itself", Peer::frontend, "Q\0\0\0\3"s, WireErrc::length_out_of_range},
        BadFrame{"above_the_limit", Peer::frontend, "Q\0\0\x3e\x85"s, WireErrc::length_out_of_range},
        BadFrame{"negative", Peer::frontend, "Q\xff\xff\xff\xff"s, WireErrc::length_out_of_range},
        BadFrame{"most_negative", Peer::backend, "D\x80\0\0\0"s, WireErrc::length_out_of_range},
        BadFrame{"long_sync", Peer::frontend, "S\0\0\x27\x15"s, WireErrc::length_out_of_range},
        BadFrame{"type_zero", Peer::frontend, "\0"s, WireErrc::unknown_type},
        BadFrame{"type_255", Peer::frontend, "\xff"s, WireErrc::unknown_type},
        BadFrame{"type_of_the_other_side", Peer::frontend, "Z"s, WireErrc::unknown_type},
        BadFrame{"query_from_a_back_end", Peer::backend, "Q"s, WireErrc::unknown_type},
        BadFrame{"http_response", Peer::backend, "HTTP/1.1 400"s, WireErrc::length_out_of_range}),
    [](const auto& info) { return info.param.name; });

TEST(FrameHeader, EveryTypeByteIsKnownToOneSideOrRefused) {
    int known = 0;
    for (int type = 0; type < 256; ++type) {
        FrameReader reader(Peer::frontend, largest_body);
        reader.feed(message(static_cast<char>(type), ""));
        known += reader.next().has_value() ? 1 : 0;
    }
    EXPECT_EQ(known, 14);
}

}  // namespace
}  // namespace gateway::wire
