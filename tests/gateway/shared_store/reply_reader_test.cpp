#include "gateway/shared_store/reply_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gateway::shared_store {
namespace {

using accounting::StoreAnswer;
using accounting::StoreError;
using testing::HasSubstr;

// An answer as text: 5, "text", nil, error(ERR x), [1, "a"].
std::string shown(const StoreAnswer& answer) {
    if (const auto* number = std::get_if<std::int64_t>(&answer.value)) return std::to_string(*number);
    if (const auto* text = std::get_if<std::string>(&answer.value)) return '"' + *text + '"';
    if (const auto* error = std::get_if<StoreError>(&answer.value)) return "error(" + error->message + ")";
    const auto* elements = std::get_if<std::vector<StoreAnswer>>(&answer.value);
    if (elements == nullptr) return "nil";
    std::string text;
    for (const StoreAnswer& element : *elements)
        text += (text.empty() ? "" : ", ") + shown(element);
    return "[" + text + "]";
}

// All answers in `bytes`, and how it ends: "" or the reason.
std::vector<std::string> answers_in(ReplyReader& reader, std::string& why) {
    std::vector<std::string> answers;
    for (;;) {
        auto next = reader.next();
        if (!next) {
            why = next.error().why;
            return answers;
        }
        if (!*next) return answers;
        answers.push_back(shown(**next));
    }
}

struct ReplyCase {
    const char* name;
    std::string bytes;
    std::vector<std::string> answers;
};

class Reply : public testing::TestWithParam<ReplyCase> {};

TEST_P(Reply, IsReadWholeOrByteByByte) {
    const ReplyCase& param = GetParam();
    std::string why;
    ReplyReader at_once;
    at_once.feed(param.bytes);
    EXPECT_EQ(answers_in(at_once, why), param.answers);
    EXPECT_EQ(why, "");

    ReplyReader in_bytes;
    std::vector<std::string> answers;
    for (const char byte : param.bytes) {
        in_bytes.feed({&byte, 1});
        for (std::string& answer : answers_in(in_bytes, why))
            answers.push_back(std::move(answer));
    }
    EXPECT_EQ(answers, param.answers);
    EXPECT_EQ(why, "");
}

INSTANTIATE_TEST_SUITE_P(
    Redis, Reply,
    testing::Values(ReplyCase{"status", "+OK\r\n", {"\"OK\""}},
                    ReplyCase{"error", "-READONLY no\r\n", {"error(READONLY no)"}},
                    ReplyCase{"integers", ":5\r\n:-7\r\n", {"5", "-7"}},
                    ReplyCase{"bulk", std::string("$4\r\na\r\0b\r\n", 10), {std::string("\"a\r\0b\"", 6)}},
                    ReplyCase{"empty_bulk", "$0\r\n\r\n", {"\"\""}},
                    ReplyCase{"nil", "$-1\r\n*-1\r\n", {"nil", "nil"}},
                    ReplyCase{"empty_array", "*0\r\n", {"[]"}},
                    ReplyCase{"arrays",
                              "*3\r\n:1\r\n*2\r\n$1\r\nx\r\n-ERR y\r\n$-1\r\n:9\r\n",
                              {"[1, [\"x\", error(ERR y)], nil]", "9"}},
                    ReplyCase{"unfinished", "*2\r\n:1\r\n", {}}),
    [](const auto& info) { return info.param.name; });

struct BrokenCase {
    const char* name;
    std::string bytes;
};

class BrokenReply : public testing::TestWithParam<BrokenCase> {};

TEST_P(BrokenReply, IsAnErrorFromThenOn) {
    ReplyReader reader;
    reader.feed(GetParam().bytes);
    std::string why;
    EXPECT_EQ(answers_in(reader, why), std::vector<std::string>{});
    EXPECT_NE(why, "");
    reader.feed("+OK\r\n");
    why.clear();
    EXPECT_EQ(answers_in(reader, why), std::vector<std::string>{});
    EXPECT_NE(why, "");
}

INSTANTIATE_TEST_SUITE_P(
    Redis, BrokenReply,
    testing::Values(BrokenCase{"http", "HTTP/1.1 200 OK\r\n\r\n"}, BrokenCase{"no_number", ":five\r\n"},
                    BrokenCase{"negative_bulk", "$-2\r\n"}, BrokenCase{"negative_array", "*-2\r\n"},
                    BrokenCase{"number_overflow", ":99999999999999999999\r\n"},
                    BrokenCase{"array_of_two_thousand_millions", "*2147483647\r\n"},
                    BrokenCase{"array_of_more", "*4294967297\r\n"},
                    BrokenCase{"array_above_the_limit", "*10001\r\n"},
                    BrokenCase{"nested_too_deeply",
                               "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n"}),
    [](const auto& info) { return info.param.name; });

TEST(ReplyReader, DoesNotCollectAnAnswerWithoutEnd) {
    ReplyReader reader;
    reader.feed("$2000000000\r\n");
    std::string why;
    const std::string chunk(16'384, 'x');
    std::size_t fed = 0;
    while (why.empty() && fed <= 2 * ReplyReader::largest_reply) {
        reader.feed(chunk);
        fed += chunk.size();
        EXPECT_EQ(answers_in(reader, why).size(), 0u);
    }
    EXPECT_THAT(why, HasSubstr("more than a megabyte"));
    EXPECT_LE(fed, ReplyReader::largest_reply + chunk.size());
}

TEST(ReplyReader, GoesOnForAsLongAsEachAnswerIsSmall) {
    ReplyReader reader;
    const std::string answer = "$10000\r\n" + std::string(10'000, 'x') + "\r\n";
    std::string why;
    for (std::size_t fed = 0; fed < 3 * ReplyReader::largest_reply; fed += answer.size()) {
        reader.feed(answer);
        EXPECT_EQ(answers_in(reader, why).size(), 1u);
    }
    EXPECT_EQ(why, "");
}

}  // namespace
}  // namespace gateway::shared_store
