#include "gateway/wire/frontend_messages.hpp"

#include <gtest/gtest.h>

#include <array>

#include "gateway/wire/frontend_writer.hpp"
#include "tests/support/wire_bytes.hpp"

namespace gateway::wire {
namespace {

using namespace std::string_literals;
using tests::message;
using tests::u16;
using tests::u32;

template <class Message>
Message decoded(const std::string& bytes) {
    return std::get<Message>(decode_frontend(Frame{bytes}).value());
}

struct GoodMessage {
    std::string name;
    std::string bytes;
};

std::vector<GoodMessage> good_messages() {
    return {
        {"query", message('Q', "select 1\0"s)},
        {"parse", message('P', "s1\0select $1\0"s + u16(1) + u32(23))},
        {"bind", message('B', "p\0s\0"s + u16(1) + u16(1) + u16(2) + u32(2) + "ab" + u32(0xffffffff) +
                                  u16(1) + u16(0))},
        {"bind_nothing", message('B', "\0\0"s + u16(0) + u16(0) + u16(0))},
        {"describe", message('D', "Ss1\0"s)},
        {"close", message('C', "P\0"s)},
        {"execute", message('E', "\0"s + u32(10))},
        {"copy_fail", message('f', "no\0"s)},
        {"function_call", message('F', u32(952) + u16(1) + u16(1) + u16(1) + u32(4) + "abcd" + u16(1))},
    };
}

TEST(FrontendMessage, IsReadFieldByField) {
    EXPECT_EQ(decoded<Query>(message('Q', "select 1\0"s)).text, "select 1");

    const auto bytes = message('P', "s1\0select $1, $2\0"s + u16(2) + u32(23) + u32(0));
    const auto parse = decoded<Parse>(bytes);
    EXPECT_EQ(parse.statement, "s1");
    EXPECT_EQ(parse.text, "select $1, $2");
    ASSERT_EQ(parse.parameter_types.size(), 2u);
    EXPECT_EQ(parse.parameter_types[0], 23u);

    const auto describe = message('D', "Pcursor\0"s);
    EXPECT_EQ(decoded<Describe>(describe).kind, ObjectKind::portal);
    EXPECT_EQ(decoded<Describe>(describe).name, "cursor");
    EXPECT_EQ(decoded<Execute>(message('E', "\0"s + u32(7))).max_rows, 7);
    EXPECT_EQ(decoded<CopyFail>(message('f', "no\0"s)).reason, "no");
    EXPECT_EQ(decoded<CopyData>(message('d', "1\t2\n")).data, "1\t2\n");
    (void)decoded<Sync>(message('S', ""));
    (void)decoded<Flush>(message('H', ""));
    (void)decoded<Terminate>(message('X', ""));
    (void)decoded<CopyDone>(message('c', ""));
}

TEST(FrontendMessage, BindGivesValuesAndFormats) {
    const auto bytes = message('B', "p\0s\0"s + u16(1) + u16(1) + u16(3) + u32(2) + "ab" + u32(0xffffffff) +
                                        u32(0) + u16(2) + u16(0) + u16(1));
    const auto bind = decoded<Bind>(bytes);
    std::vector<Value> values;
    for (const auto& value : bind.parameters)
        values.push_back(value);
    EXPECT_EQ(values, (std::vector<Value>{"ab", std::nullopt, ""}));
    EXPECT_EQ(bind.parameter_formats.of(2), Format::binary) << "one code stands for all";
    EXPECT_EQ(bind.result_formats.of(0), Format::text);
    EXPECT_EQ(bind.result_formats.of(1), Format::binary);
}

TEST(FrontendMessage, BindIsWrittenAgainWithOtherResultFormats) {
    const auto parameters = u16(1) + u16(1) + u16(2) + u32(2) + "ab" + u32(0xffffffff);
    const auto bytes = message('B', "p\0s\0"s + parameters + u16(1) + u16(1));
    const auto bind = decoded<Bind>(bytes);
    std::string same;
    FrontendWriter(same).bind(bind);
    EXPECT_EQ(same, bytes);
    std::string changed;
    FrontendWriter(changed).bind("", "t", bind, std::array{Format::binary, Format::text});
    EXPECT_EQ(changed, message('B', "\0t\0"s + parameters + u16(2) + u16(1) + u16(0)));
}

TEST(FrontendMessage, BindHasFormatsThatPostgresqlRefusesLater) {
    const auto bytes =
        message('B', "\0\0"s + u16(2) + u16(2) + u16(0xffff) + u16(1) + u32(0) + u16(1) + u16(7));
    const auto bind = decoded<Bind>(bytes);
    EXPECT_EQ(bind.parameter_formats.size(), 2u);
    EXPECT_EQ(static_cast<int>(bind.result_formats.of(0)), 7);
    std::string same;
    FrontendWriter(same).bind(bind);
    EXPECT_EQ(same, bytes);
}

TEST(FrontendMessage, HoldsAsManyParametersAsTheirCountCan) {
    std::string parameters;
    for (int i = 0; i < 65'535; ++i)
        parameters += u32(1) + "x";
    const auto bind = message('B', "\0\0"s + u16(0) + u16(65'535) + parameters + u16(0));
    EXPECT_EQ(decoded<Bind>(bind).parameters.size(), 65'535u);
    const auto parse = message('P', "\0\0"s + u16(65'535) + std::string(65'535 * 4, '\0'));
    EXPECT_EQ(decoded<Parse>(parse).parameter_types.size(), 65'535u);
}

TEST(FrontendMessage, IsRefusedWhenAnyByteIsMissingAtItsEnd) {
    for (const auto& [name, bytes] : good_messages()) {
        ASSERT_TRUE(decode_frontend(Frame{bytes})) << name;
        for (std::size_t size = 0; size + header_size < bytes.size(); ++size) {
            const auto cut = message(bytes[0], bytes.substr(header_size, size));
            EXPECT_FALSE(decode_frontend(Frame{cut})) << name << " cut to " << size;
        }
    }
}

TEST(FrontendMessage, IsRefusedWithBytesAfterItsEnd) {
    for (const auto& [name, bytes] : good_messages()) {
        const auto longer = message(bytes[0], bytes.substr(header_size) + '\0');
        EXPECT_EQ(decode_frontend(Frame{longer}).error(), WireErrc::extra_bytes) << name;
    }
    for (const char type : {'S', 'H', 'X', 'c'}) {
        EXPECT_EQ(decode_frontend(Frame{message(type, "x")}).error(), WireErrc::extra_bytes) << type;
    }
}

struct BadBody {
    std::string name;
    char type;
    std::string body;
    WireErrc expected;
};
class FrontendBody : public testing::TestWithParam<BadBody> {};

TEST_P(FrontendBody, IsRefused) {
    const auto bytes = message(GetParam().type, GetParam().body);
    EXPECT_EQ(decode_frontend(Frame{bytes}).error(), GetParam().expected);
}

const std::string names = "\0\0"s;
INSTANTIATE_TEST_SUITE_P(
    Wire, FrontendBody,
    testing::Values(
        BadBody{"query_without_nul", 'Q', "select 1", WireErrc::missing_terminator},
        BadBody{"query_of_nothing", 'Q', "", WireErrc::missing_terminator},
        BadBody{"nul_within_query", 'Q', "select\0001\0"s, WireErrc::extra_bytes},
        BadBody{"parse_without_nul", 'P', "s\0select 1"s, WireErrc::missing_terminator},
        BadBody{"parse_count_beyond_the_body", 'P', names + u16(65'535) + u32(1), WireErrc::too_short},
        BadBody{"value_longer_than_the_rest", 'B', names + u16(0) + u16(1) + u32(100) + "x" + u16(0),
                WireErrc::too_short},
        BadBody{"value_length_minus_two", 'B', names + u16(0) + u16(1) + u32(0xfffffffe) + u16(0),
                WireErrc::value_length},
        BadBody{"value_lengths_wrap_at_2_to_32", 'B',
                names + u16(0) + u16(2) + u32(0x7fffffff) + u32(0x7fffffff) + u16(0), WireErrc::too_short},
        BadBody{"parameter_count_beyond_the_body", 'B', names + u16(0) + u16(65'535) + u16(0),
                WireErrc::too_short},
        BadBody{"describe_of_nothing", 'D', "", WireErrc::too_short},
        BadBody{"describe_of_another_kind", 'D', "Xname\0"s, WireErrc::object_kind},
        BadBody{"close_of_kind_zero", 'C', "\0name\0"s, WireErrc::object_kind},
        BadBody{"execute_without_limit", 'E', "p\0"s, WireErrc::too_short},
        BadBody{"describe_of_another_kind_without_nul", 'D', "Xname", WireErrc::missing_terminator},
        BadBody{"function_argument_format_two", 'F', u32(1) + u16(1) + u16(2) + u16(0) + u16(0),
                WireErrc::format_code},
        BadBody{"more_argument_formats_than_arguments", 'F',
                u32(1) + u16(2) + u16(0) + u16(0) + u16(1) + u32(0) + u16(0), WireErrc::format_count},
        BadBody{"function_result_format_two", 'F', u32(1) + u16(0) + u16(0) + u16(2), WireErrc::format_code},
        BadBody{"type_of_the_other_side", 'Z', "I", WireErrc::unknown_type}),
    [](const auto& info) { return info.param.name; });

TEST(PasswordMessage, HoldsOneStringAndNothingElse) {
    EXPECT_EQ(decode_password("secret\0"s).value(), "secret");
    EXPECT_EQ(decode_password("secret").error(), WireErrc::missing_terminator);
    EXPECT_EQ(decode_password("secret\0more\0"s).error(), WireErrc::extra_bytes);
}

struct SaslCase {
    std::string name;
    std::string body;
    WireErrc expected;
};
class SaslInitial : public testing::TestWithParam<SaslCase> {};

TEST_P(SaslInitial, IsRefused) {
    EXPECT_EQ(decode_sasl_initial_response(GetParam().body).error(), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Wire, SaslInitial,
    testing::Values(
        SaslCase{"length_2_to_32_minus_2", "SCRAM-SHA-256\0"s + u32(0xfffffffe), WireErrc::value_length},
        SaslCase{"length_beyond_the_rest", "SCRAM-SHA-256\0"s + u32(9) + "n,,", WireErrc::too_short},
        SaslCase{"more_than_the_length", "SCRAM-SHA-256\0"s + u32(2) + "n,,", WireErrc::extra_bytes},
        SaslCase{"null_with_data", "SCRAM-SHA-256\0"s + u32(0xffffffff) + "n,,", WireErrc::extra_bytes},
        SaslCase{"no_length", "SCRAM-SHA-256\0"s, WireErrc::too_short},
        SaslCase{"no_terminator", "SCRAM-SHA-256", WireErrc::missing_terminator}),
    [](const auto& info) { return info.param.name; });

TEST(SaslInitial, IsReadAsItIsWritten) {
    std::string bytes;
    FrontendWriter(bytes).sasl_initial_response("SCRAM-SHA-256", "n,,n=,r=x");
    const auto response = decode_sasl_initial_response(Frame{bytes}.body()).value();
    EXPECT_EQ(response.mechanism, "SCRAM-SHA-256");
    EXPECT_EQ(response.response, "n,,n=,r=x");
    EXPECT_FALSE(decode_sasl_initial_response("X\0\xff\xff\xff\xff"s).value().response);
}

TEST(FrontendWriter, WritesWhatTheDecoderReads) {
    const std::array<Value, 2> parameters{Value{"v"}, std::nullopt};
    const std::array types{std::uint32_t{23}};
    std::string bytes;
    FrontendWriter(bytes).query("q");
    EXPECT_EQ(decoded<Query>(bytes).text, "q");
    bytes.clear();
    FrontendWriter(bytes).parse("s", "t", types);
    EXPECT_EQ(decoded<Parse>(bytes).parameter_types[0], 23u);
    bytes.clear();
    FrontendWriter(bytes).bind("p", "s", parameters);
    EXPECT_EQ(decoded<Bind>(bytes).parameters.size(), 2u);
    bytes.clear();
    FrontendWriter(bytes).execute("p", 5);
    EXPECT_EQ(decoded<Execute>(bytes).max_rows, 5);
    bytes.clear();
    FrontendWriter(bytes).close(ObjectKind::statement, "s").sync();
    EXPECT_EQ(bytes, message('C', "Ss\0"s) + message('S', ""));
}

TEST(FrontendWriter, CutsTextAtANulInsteadOfShiftingTheNextField) {
    std::string bytes;
    FrontendWriter(bytes).parse(std::string_view("a\0b", 3), std::string_view("select 1\0; drop", 15));
    EXPECT_EQ(decoded<Parse>(bytes).statement, "a");
    EXPECT_EQ(decoded<Parse>(bytes).text, "select 1");
}

}  // namespace
}  // namespace gateway::wire
