#include "gateway/session/copy_rows.hpp"

#include <gtest/gtest.h>

#include "gateway/wire/bytes.hpp"

namespace {

using namespace std::string_literals;
using gateway::session::CopyRows;

const sql::CopyUse text{};
const sql::CopyUse csv{.format = sql::CopyFormat::csv, .delimiter = ',', .null = ""};

sql::CopyUse with(sql::CopyUse use, auto change) {
    change(use);
    return use;
}

std::string key(const std::string& value) {
    std::string out;
    gateway::wire::append_u32(out, static_cast<std::uint32_t>(value.size()));
    return out + value;
}
const std::string nobody = "\xff\xff\xff\xff"s;

struct LineCase {
    const char* name;
    sql::CopyUse how;
    std::string line;
    std::string shown;
    std::string keys;
    int array_depth = 0;
};
void PrintTo(const LineCase& one, std::ostream* out) { *out << one.name; }

class Line : public testing::TestWithParam<LineCase> {};
TEST_P(Line, LosesItsHiddenColumn) {
    CopyRows rows(GetParam().how, 2, {{.subject = "customer", .array_depth = GetParam().array_depth}});
    ASSERT_TRUE(rows.take(GetParam().line));
    EXPECT_TRUE(rows.is_row());
    EXPECT_EQ(rows.shown(), GetParam().shown);
    EXPECT_EQ(rows.keys(), GetParam().keys);
}
INSTANTIATE_TEST_SUITE_P(
    CopyRows, Line,
    testing::Values(
        LineCase{"text", text, "a\tb\t42\n", "a\tb\n", key("42")},
        LineCase{"empty_fields", text, "\t\t\n", "\t\n", key("")},
        LineCase{"escapes", text, "a\\tb\\\\\tc\\nd\te\\tf\\\\\n", "a\\tb\\\\\tc\\nd\n", key("e\tf\\")},
        LineCase{"nobody", text, "\\N\t\\N\t\\N\n", "\\N\t\\N\n", nobody},
        LineCase{"escaped_delimiter", with(text, [](auto& use) { use.delimiter = '4'; }), "\\44a4\\42\n",
                 "\\44a\n", key("42")},
        LineCase{"null_that_looks_like_a_key", with(text, [](auto& use) { use.null = "42"; }), "a\tb\t42\n",
                 "a\tb\n", key("42")},
        LineCase{"null_that_is_no_array", with(text, [](auto& use) { use.null = "42"; }), "a\tb\t42\n",
                 "a\tb\n", nobody, 1},
        LineCase{"csv", csv, "a,b,42\n", "a,b\n", key("42")},
        LineCase{"csv_nobody", csv, "a,,\n", "a,\n", nobody},
        LineCase{"csv_empty_key", csv, "a,b,\"\"\n", "a,b\n", key("")},
        LineCase{"csv_quotes", csv, "\"a,\"\"\n\",b,\"4\"\"2\"\n", "\"a,\"\"\n\",b\n", key("4\"2")},
        LineCase{"csv_other_escape", with(csv, [](auto& use) { use.escape = '\\'; }),
                 "\"a\\\",\",b,\"4\\\"2\\\\\"\n", "\"a\\\",\",b\n", key("4\"2\\")},
        LineCase{"csv_array", csv, "a,b,\"{1,2}\"\n", "a,b\n", key("{1,2}"), 1}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(CopyRows, CutTheHeaderWithoutCountingIt) {
    CopyRows rows(with(csv, [](auto& use) { use.header = true; }), 1, {{.subject = "customer"}});
    ASSERT_TRUE(rows.take("\"na,me\",__tabir_k1\n"));
    EXPECT_FALSE(rows.is_row());
    EXPECT_EQ(rows.shown(), "\"na,me\"\n");
    ASSERT_TRUE(rows.take("x,1\n"));
    EXPECT_TRUE(rows.is_row());
}

TEST(CopyRows, QuoteTheEndOfDataMark) {
    CopyRows rows(csv, 1, {{.subject = "customer"}});
    ASSERT_TRUE(rows.take("\\.,42\n"));
    EXPECT_EQ(rows.shown(), "\"\\.\"\n");
    CopyRows escaped(with(csv, [](auto& use) { use.escape = '\\'; }), 1, {{.subject = "customer"}});
    ASSERT_TRUE(escaped.take("\\.,42\n"));
    EXPECT_EQ(escaped.shown(), "\"\\\\.\"\n");
}

TEST(CopyRows, RefuseWhatCopyDoesNotWrite) {
    for (const char* line : {"a\tb", "a\tb\n", "a\tb\tc\td\n", "a\tb\tc\\", "\n"})
        EXPECT_FALSE(CopyRows(text, 2, {{.subject = "customer"}}).take(line)) << line;
    for (const char* line : {"a,\"b,c\n", "a,\"b\"x,c\n", "a,b\n"})
        EXPECT_FALSE(CopyRows(csv, 2, {{.subject = "customer"}}).take(line)) << line;
}

TEST(CopyRows, OfBinaryLoseTheirLastFields) {
    const std::string header = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"s;
    const auto binary = sql::CopyUse{.format = sql::CopyFormat::binary};
    CopyRows rows(binary, 1, {{.subject = "customer"}});
    ASSERT_TRUE(rows.take(header + "\0\2"s + key("abc") + key("42")));
    EXPECT_TRUE(rows.is_row());
    EXPECT_EQ(rows.shown(), header + "\0\1"s + key("abc"));
    EXPECT_EQ(rows.keys(), key("42"));
    ASSERT_TRUE(rows.take("\0\2"s + nobody + nobody));
    EXPECT_EQ(rows.keys(), nobody);
    ASSERT_TRUE(rows.take("\xff\xff"s));
    EXPECT_FALSE(rows.is_row());
    EXPECT_EQ(rows.shown(), "\xff\xff"s);
    EXPECT_FALSE(rows.take("\0\2"s + key("abc")));
    EXPECT_FALSE(rows.take("\0\1"s + key("abc")));
    EXPECT_FALSE(rows.take(std::string_view("\0", 1)));
    EXPECT_FALSE(CopyRows(binary, 1, {{.subject = "customer"}}).take("\0\2"s));
}

}  // namespace
