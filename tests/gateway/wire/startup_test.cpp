#include "gateway/wire/startup.hpp"

#include <gtest/gtest.h>

#include "gateway/wire/frame_reader.hpp"
#include "gateway/wire/frontend_writer.hpp"
#include "tests/support/wire_bytes.hpp"

namespace gateway::wire {
namespace {

using namespace std::string_literals;
using tests::packet;
using tests::u32;

const std::string version_3_0 = u32(protocol_3_0);

StartupMessage startup_of(const std::string& body) {
    return std::get<StartupMessage>(decode_startup(body).value());
}

TEST(Startup, ReadsNamesAndSettings) {
    const auto body = version_3_0 + "user\0agent7\0database\0payments\0options\0-c a=b\0DateStyle\0ISO\0\0"s;
    const auto message = startup_of(body);
    EXPECT_EQ(message.user, "agent7");
    EXPECT_EQ(message.database, "payments");
    EXPECT_EQ(message.options, "-c a=b");
    ASSERT_EQ(message.settings.size(), 1u);
    EXPECT_EQ(message.settings[0].name, "DateStyle");
    EXPECT_EQ(message.settings[0].value, "ISO");
    EXPECT_FALSE(message.needs_negotiation());
}

TEST(Startup, TakesTheUsersNameForAMissingDatabase) {
    const auto body = version_3_0 + "user\0agent7\0\0"s;
    EXPECT_EQ(startup_of(body).database_or_user(), "agent7");
}

TEST(Startup, NegotiatesNewerMinorVersionsAndProtocolOptions) {
    const auto newer = u32(protocol_3_0 | 9999) + "user\0a\0\0"s;
    EXPECT_EQ(startup_of(newer).minor_version, 9999);
    EXPECT_TRUE(startup_of(newer).needs_negotiation());
    const auto option = version_3_0 + "user\0a\0_pq_.test_protocol_negotiation\0\0\0"s;
    EXPECT_EQ(startup_of(option).protocol_options,
              std::vector<std::string_view>{"_pq_.test_protocol_negotiation"});
    EXPECT_TRUE(startup_of(option).needs_negotiation());
}

TEST(Startup, KnowsTheRequestsThatAreNoSession) {
    EXPECT_TRUE(std::holds_alternative<SslRequest>(decode_startup(u32(ssl_request_code)).value()));
    EXPECT_TRUE(std::holds_alternative<GssEncRequest>(decode_startup(u32(gss_enc_request_code)).value()));
}

TEST(Startup, ReadsCancelKeysOfEveryLength) {
    for (const std::size_t size : {4, 32, 256}) {
        const std::string key(size, 'k');
        std::string bytes;
        FrontendWriter(bytes).cancel_request(42, key);
        const auto decoded = decode_startup(ByteView(bytes).substr(4)).value();
        EXPECT_EQ(std::get<CancelRequest>(decoded).process_id, 42u);
        EXPECT_EQ(std::get<CancelRequest>(decoded).key, key);
    }
}

TEST(Startup, WritesWhatItReads) {
    const std::vector<NamedValue> parameters{{"user", "u"}, {"database", "d"}, {"work_mem", "1MB"}};
    std::string bytes;
    FrontendWriter(bytes).startup(0, parameters);
    EXPECT_EQ(bytes, packet(version_3_0 + "user\0u\0database\0d\0work_mem\0001MB\0\0"s));
}

TEST(Startup, AcceptsEveryParameterThatFits) {
    std::string body = version_3_0 + "user\0a\0"s;
    for (int i = 0; body.size() < 9'980; ++i)
        body += "p" + std::to_string(i) + "\0v\0"s;
    body += '\0';
    FrameReader reader(Peer::frontend, largest_body);
    reader.feed(packet(body));
    EXPECT_GT(startup_of(std::string(*reader.next_startup_packet().value())).settings.size(), 1'000u);
}

struct LengthCase {
    std::string name;
    std::string input;
    WireErrc expected;
};
class StartupLength : public testing::TestWithParam<LengthCase> {};

TEST_P(StartupLength, IsRefusedByItsFirstBytes) {
    FrameReader reader(Peer::frontend, largest_body);
    reader.feed(GetParam().input);
    EXPECT_EQ(reader.next_startup_packet().error(), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Wire, StartupLength,
    testing::Values(LengthCase{"0", u32(0), WireErrc::startup_length},
                    LengthCase{"1", u32(1), WireErrc::startup_length},
                    LengthCase{"3", u32(3), WireErrc::startup_length},
                    LengthCase{"4", u32(4), WireErrc::startup_length},
                    LengthCase{"7", u32(7), WireErrc::startup_length},
                    LengthCase{"10005", u32(10'005), WireErrc::startup_length},
                    LengthCase{"2_to_31_minus_1", u32(0x7fffffff), WireErrc::startup_length},
                    LengthCase{"2_to_31", u32(0x80000000), WireErrc::startup_length},
                    LengthCase{"2_to_32_minus_1", u32(0xffffffff), WireErrc::startup_length},
                    LengthCase{"tls_hello", "\x16\x03\x01\x02"s, WireErrc::tls_hello},
                    LengthCase{"http", "GET / HTTP/1.1\r\n"s, WireErrc::foreign_protocol},
                    LengthCase{"http_2", "PRI * HTTP/2.0\r\n"s, WireErrc::foreign_protocol},
                    LengthCase{"ssh", "SSH-2.0-OpenSSH_9.2"s, WireErrc::foreign_protocol},
                    LengthCase{"redis", "*1\r\n$4\r\nPING\r\n"s, WireErrc::foreign_protocol},
                    LengthCase{"proxy_1", "PROXY TCP4 10.0.0.1"s, WireErrc::foreign_protocol},
                    LengthCase{"proxy_2", "\r\n\r\n\0\r\nQUIT\n"s, WireErrc::foreign_protocol}),
    [](const auto& info) { return info.param.name; });

TEST(StartupLength, OfTenThousandBytesIsStillRead) {
    FrameReader reader(Peer::frontend, largest_body);
    reader.feed(packet(std::string(10'000, 'x')));
    EXPECT_EQ(reader.next_startup_packet().value()->size(), 10'000u);
}

TEST(StartupLength, IsReadByteByByte) {
    FrameReader reader(Peer::frontend, largest_body);
    const auto bytes = packet(version_3_0 + "user\0a\0\0"s);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        EXPECT_FALSE(reader.next_startup_packet().value());
        reader.feed(ByteView(bytes).substr(i, 1));
    }
    EXPECT_EQ(*reader.next_startup_packet().value(), bytes.substr(4));
}

struct BodyCase {
    std::string name;
    std::string body;
    WireErrc expected;
};
class StartupBody : public testing::TestWithParam<BodyCase> {};

TEST_P(StartupBody, IsRefused) { EXPECT_EQ(decode_startup(GetParam().body).error(), GetParam().expected); }

INSTANTIATE_TEST_SUITE_P(
    Wire, StartupBody,
    testing::Values(
        BodyCase{"empty", "", WireErrc::startup_length},
        BodyCase{"no_terminator", version_3_0 + "user\0a\0"s, WireErrc::startup_layout},
        BodyCase{"no_parameters_at_all", version_3_0, WireErrc::startup_layout},
        BodyCase{"bytes_after_the_terminator", version_3_0 + "user\0a\0\0x"s, WireErrc::startup_layout},
        BodyCase{"name_without_value", version_3_0 + "user\0a\0database\0"s, WireErrc::startup_layout},
        BodyCase{"value_without_its_nul", version_3_0 + "user\0a"s, WireErrc::startup_layout},
        BodyCase{"empty_name_first", version_3_0 + "\0user\0a\0\0"s, WireErrc::startup_layout},
        BodyCase{"no_user", version_3_0 + "database\0d\0\0"s, WireErrc::missing_user},
        BodyCase{"only_a_terminator", version_3_0 + "\0"s, WireErrc::missing_user},
        BodyCase{"empty_user", version_3_0 + "user\0\0\0"s, WireErrc::missing_user},
        BodyCase{"user_twice", version_3_0 + "user\0a\0user\0b\0\0"s, WireErrc::duplicate_parameter},
        BodyCase{"user_twice_in_another_case", version_3_0 + "user\0a\0USER\0b\0\0"s,
                 WireErrc::duplicate_parameter},
        BodyCase{"setting_twice", version_3_0 + "user\0a\0role\0b\0work_mem\0001\0Role\0c\0\0"s,
                 WireErrc::duplicate_parameter},
        BodyCase{"user_of_64_bytes", version_3_0 + "user\0"s + std::string(64, 'u') + "\0\0"s,
                 WireErrc::name_too_long},
        BodyCase{"user_of_9000_bytes", version_3_0 + "user\0"s + std::string(9'000, 'u') + "\0\0"s,
                 WireErrc::name_too_long},
        BodyCase{"database_of_64_bytes",
                 version_3_0 + "user\0u\0database\0"s + std::string(64, 'd') + "\0\0"s,
                 WireErrc::name_too_long},
        BodyCase{"protocol_2", u32(2u << 16) + "user\0a\0\0"s, WireErrc::unsupported_protocol},
        BodyCase{"protocol_4", u32(4u << 16) + "user\0a\0\0"s, WireErrc::unsupported_protocol},
        BodyCase{"unknown_request_code", u32((1234u << 16) | 5681u), WireErrc::unsupported_protocol},
        BodyCase{"ssl_request_with_more", u32(ssl_request_code) + "x", WireErrc::extra_bytes},
        BodyCase{"cancel_without_a_process", u32(cancel_request_code) + "xy", WireErrc::too_short},
        BodyCase{"cancel_without_a_key", u32(cancel_request_code) + u32(1), WireErrc::key_length},
        BodyCase{"cancel_key_of_3_bytes", u32(cancel_request_code) + u32(1) + "abc", WireErrc::key_length},
        BodyCase{"cancel_key_of_257_bytes", u32(cancel_request_code) + u32(1) + std::string(257, 'k'),
                 WireErrc::key_length}),
    [](const auto& info) { return info.param.name; });

TEST(Startup, KeepsOddNamesAsTheyAre) {
    for (const auto* name : {"o'brien", "a\"b", "line\nbreak", "\xff\xfe", "аgent7", "with space"}) {
        const auto body = version_3_0 + "user\0"s + name + "\0\0"s;
        EXPECT_EQ(startup_of(body).user, name);
    }
}

}  // namespace
}  // namespace gateway::wire
