#include "gateway/wire/backend_messages.hpp"

#include <gtest/gtest.h>

#include <array>

#include "gateway/wire/backend_writer.hpp"
#include "gateway/wire/startup.hpp"
#include "tests/support/wire_bytes.hpp"

namespace gateway::wire {
namespace {

using namespace std::string_literals;
using tests::message;
using tests::u16;
using tests::u32;

template <class Message>
Message decoded(const std::string& bytes) {
    return std::get<Message>(decode_backend(Frame{bytes}).value());
}

std::string field(const std::string& name) {
    return name + '\0' + u32(16384) + u16(2) + u32(25) + u16(0xffff) + u32(0xffffffff) + u16(0);
}

std::vector<std::string> good_messages() {
    return {
        message('R', u32(0)),
        message('R', u32(5) + "salt"),
        message('R', u32(10) + "SCRAM-SHA-256\0\0"s),
        message('K', u32(1) + "keys"),
        message('S', "TimeZone\0UTC\0"s),
        message('v', u32(protocol_3_0) + u32(1) + "_pq_.x\0"s),
        message('Z', "T"),
        message('T', u16(2) + field("a") + field("b")),
        message('t', u16(1) + u32(23)),
        message('D', u16(2) + u32(1) + "x" + u32(0xffffffff)),
        message('C', "SELECT 1\0"s),
        message('E', "SERROR\0C42501\0Mno\0\0"s),
        message('N', "SNOTICE\0C00000\0Mwell\0\0"s),
        message('A', u32(7) + "channel\0payload\0"s),
        message('G', "\0"s + u16(1) + u16(0)),
        message('V', u32(2) + "ok"),
    };
}

TEST(BackendMessage, IsRefusedWhenAnyByteIsMissingAtItsEnd) {
    for (const auto& bytes : good_messages()) {
        ASSERT_TRUE(decode_backend(Frame{bytes})) << bytes[0];
        for (std::size_t size = 0; size + header_size < bytes.size(); ++size) {
            const auto cut = message(bytes[0], bytes.substr(header_size, size));
            EXPECT_FALSE(decode_backend(Frame{cut})) << bytes[0] << " cut to " << size;
        }
    }
}

TEST(BackendMessage, IsRefusedWithBytesAfterItsEnd) {
    for (const auto& bytes : good_messages()) {
        if (bytes[0] == 'K') continue;  // its key has any length from 4 to 256
        const auto longer = message(bytes[0], bytes.substr(header_size) + '\0');
        EXPECT_EQ(decode_backend(Frame{longer}).error(), WireErrc::extra_bytes) << bytes[0];
    }
    for (const char type : {'1', '2', '3', 'n', 's', 'I', 'c'}) {
        EXPECT_TRUE(decode_backend(Frame{message(type, "")})) << type;
        EXPECT_EQ(decode_backend(Frame{message(type, "x")}).error(), WireErrc::extra_bytes) << type;
    }
}

TEST(BackendMessage, AuthenticationNamesItsMechanisms) {
    const auto bytes = message('R', u32(10) + "SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0"s);
    const auto authentication = decoded<Authentication>(bytes);
    EXPECT_EQ(authentication.kind, AuthenticationKind::sasl);
    EXPECT_EQ(authentication.mechanisms,
              (std::vector<std::string_view>{"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"}));
}

TEST(BackendMessage, RowDescriptionGivesItsFields) {
    const auto bytes = message('T', u16(1) + field("phone"));
    const auto description = decoded<RowDescription>(bytes);
    ASSERT_EQ(description.fields.size(), 1u);
    EXPECT_EQ(description.fields[0].name, "phone");
    EXPECT_EQ(description.fields[0].table_oid, 16384u);
    EXPECT_EQ(description.fields[0].attribute_number, 2);
    EXPECT_EQ(description.fields[0].type_oid, 25u);
    EXPECT_EQ(description.fields[0].type_size, -1);
    EXPECT_EQ(description.fields[0].type_modifier, -1);
}

TEST(BackendMessage, ErrorGivesItsFieldsAndKeepsUnknownOnes) {
    const auto bytes = message('E', "SERROR\0VERROR\0C23505\0Mduplicate\0Dvalue\0P12\0zodd\0\0"s);
    const auto error = decoded<ErrorResponse>(bytes);
    EXPECT_EQ(error.sqlstate(), "23505");
    EXPECT_EQ(error.field('D'), "value");
    EXPECT_EQ(error.field('P'), "12");
    EXPECT_EQ(error.field('z'), "odd");
    EXPECT_EQ(error.field('H'), "");
}

TEST(BackendMessage, HoldsAsManyColumnsAsTheirCountCan) {
    std::string body = u16(65'535);
    for (int i = 0; i < 65'535; ++i)
        body += u32(0xffffffff);
    EXPECT_EQ(decoded<DataRow>(message('D', body)).columns.size(), 65'535u);
}

struct BadBody {
    std::string name;
    char type;
    std::string body;
    WireErrc expected;
};
class BackendBody : public testing::TestWithParam<BadBody> {};

TEST_P(BackendBody, IsRefused) {
    const auto bytes = message(GetParam().type, GetParam().body);
    EXPECT_EQ(decode_backend(Frame{bytes}).error(), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Wire, BackendBody,
    testing::Values(
        BadBody{"error_without_sqlstate", 'E', "SERROR\0Mno\0\0"s, WireErrc::sqlstate},
        BadBody{"error_with_a_short_sqlstate", 'E', "C42\0\0"s, WireErrc::sqlstate},
        BadBody{"error_without_terminator", 'E', "SERROR\0C42501\0"s, WireErrc::missing_terminator},
        BadBody{"error_of_nothing", 'E', "", WireErrc::missing_terminator},
        BadBody{"column_length_minus_two", 'D', u16(1) + u32(0xfffffffe), WireErrc::value_length},
        BadBody{"column_past_the_end", 'D', u16(1) + u32(10) + "x", WireErrc::too_short},
        BadBody{"more_columns_than_bytes", 'D', u16(65'535), WireErrc::too_short},
        BadBody{"field_count_beyond_the_body", 'T', u16(65'535) + field("a"), WireErrc::missing_terminator},
        BadBody{"ready_for_nothing", 'Z', "X", WireErrc::transaction_status},
        BadBody{"key_of_three_bytes", 'K', u32(1) + "abc", WireErrc::key_length},
        BadBody{"key_of_257_bytes", 'K', u32(1) + std::string(257, 'k'), WireErrc::key_length},
        BadBody{"unknown_authentication", 'R', u32(99), WireErrc::authentication_request},
        BadBody{"authentication_of_nothing", 'R', "", WireErrc::too_short},
        BadBody{"ok_with_data", 'R', u32(0) + "x", WireErrc::extra_bytes},
        BadBody{"md5_with_a_short_salt", 'R', u32(5) + "abc", WireErrc::too_short},
        BadBody{"mechanisms_without_end", 'R', u32(10) + "SCRAM-SHA-256\0"s, WireErrc::missing_terminator},
        BadBody{"four_billion_options", 'v', u32(protocol_3_0) + u32(0xffffffff),
                WireErrc::missing_terminator},
        BadBody{"copy_of_format_two", 'G', "\2"s + u16(0), WireErrc::format_code},
        BadBody{"type_of_the_other_side", 'Q', "select 1\0"s, WireErrc::unknown_type}),
    [](const auto& info) { return info.param.name; });

TEST(BackendWriter, CutsTheLastColumnsOffARow) {
    const auto bytes = message('D', u16(3) + u32(1) + "a" + u32(0xffffffff) + u32(3) + "key");
    const auto row = decode_data_row(Frame{bytes}).value();
    std::string cut;
    BackendWriter(cut).data_row_prefix(row, 2);
    EXPECT_EQ(cut, message('D', u16(2) + u32(1) + "a" + u32(0xffffffff)));
    EXPECT_EQ(**row.columns.from(2), "key");
    std::string whole;
    BackendWriter(whole).data_row_prefix(row, 9);
    EXPECT_EQ(whole, bytes);
}

TEST(BackendWriter, CutsTheLastFieldsOffADescription) {
    const auto bytes = message('T', u16(3) + field("a") + field("b") + field("key"));
    const auto description = decode_row_description(Frame{bytes}).value();
    std::string cut;
    BackendWriter(cut).row_description(std::span(description.fields).first(2));
    EXPECT_EQ(cut, message('T', u16(2) + field("a") + field("b")));
}

TEST(BackendWriter, LeavesEmptyFieldsOutOfAnError) {
    std::string bytes;
    BackendWriter(bytes).error({.sqlstate = "42501", .message = "no", .hint = "ask", .position = 8});
    EXPECT_EQ(bytes, message('E', "SERROR\0VERROR\0C42501\0Mno\0Hask\0P8\0\0"s));
    const auto error = decoded<ErrorResponse>(bytes);
    std::string copy;
    BackendWriter(copy).error_fields(error.fields);
    EXPECT_EQ(copy, bytes);
}

TEST(BackendWriter, WritesWhatTheDecoderReads) {
    const std::array<std::string_view, 1> mechanisms{"SCRAM-SHA-256"};
    const std::array<Value, 2> columns{Value{"v"}, std::nullopt};
    std::string bytes;
    BackendWriter(bytes)
        .authentication_sasl(mechanisms)
        .authentication_sasl_continue("r=")
        .authentication_sasl_final("v=")
        .authentication_md5("salt")
        .authentication_cleartext()
        .authentication_ok()
        .parameter_status("TimeZone", "UTC")
        .backend_key_data(7, "key!")
        .negotiate_protocol_version(0, mechanisms)
        .ready_for_query(TransactionStatus::idle)
        .parse_complete()
        .bind_complete()
        .no_data()
        .data_row(columns)
        .command_complete("SELECT 1")
        .empty_query()
        .portal_suspended()
        .close_complete()
        .notice({.severity = Severity::notice, .sqlstate = "00000", .message = "m"});
    int count = 0;
    for (ByteView rest = bytes; !rest.empty(); ++count) {
        const auto size = load_u32(rest.data() + 1) + 1;
        EXPECT_TRUE(decode_backend(Frame{rest.substr(0, size)})) << rest.front();
        rest.remove_prefix(size);
    }
    EXPECT_EQ(count, 19);
}

}  // namespace
}  // namespace gateway::wire
