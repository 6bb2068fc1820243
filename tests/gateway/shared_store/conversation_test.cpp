#include "gateway/shared_store/conversation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gateway::shared_store {
namespace {

using accounting::StoreCommand;
using testing::HasSubstr;
using testing::Not;

const std::string charge = "return 1";
const std::string settle = "return 2";
constexpr auto charge_sha1 = "e0e1f9fabfc9d4800c877a703b823ac0578ff8db";  // redis-cli SCRIPT LOAD
const std::string run_id(40, 'a');
const std::string who = "$59\r\n# Server\r\nrun_id:" + run_id + "\r\n\r\n";
const TimePoint start{std::chrono::seconds(1)};

config::SharedBudgets settings(std::string user = "", std::string password = "", std::uint32_t database = 0) {
    return {.user = std::move(user), .password = std::move(password), .database = database};
}

std::string bulk(std::string_view text) {
    return "$" + std::to_string(text.size()) + "\r\n" + std::string(text) + "\r\n";
}

// The words of each command, one command a line.
std::string commands_in(std::string_view bytes) {
    std::string lines;
    while (!bytes.empty()) {
        const auto line = bytes.substr(0, bytes.find("\r\n"));
        bytes.remove_prefix(line.size() + 2);
        if (line.starts_with('*')) {
            if (!lines.empty()) lines += '\n';
            continue;
        }
        const auto size = static_cast<std::size_t>(std::stoul(std::string(line.substr(1))));
        if (!lines.empty() && lines.back() != '\n') lines += ' ';
        lines += bytes.substr(0, size);
        bytes.remove_prefix(size + 2);
    }
    return lines;
}

struct Talk {
    explicit Talk(config::SharedBudgets with) : config(std::move(with)), conversation(config) {
        conversation.begin(start, out);
    }
    // nullopt-like: "" when it goes on.
    std::string hear(std::string_view bytes) {
        const auto broken = conversation.hear(bytes, heard);
        return broken ? broken->why : "";
    }
    std::string ask(std::uint64_t number, const std::string& script) {
        std::string text;
        conversation.ask(
            {.number = number, .script = &script, .keys = {"k1", "k2"}, .arguments = {"", "a b"}}, start,
            text);
        return commands_in(text);
    }

    config::SharedBudgets config;
    Conversation conversation;
    std::string out;
    std::vector<Heard> heard;
};

struct LoginCase {
    const char* name;
    config::SharedBudgets settings;
    std::string sent;
    std::string answers;
};

class RedisLogin : public testing::TestWithParam<LoginCase> {};

TEST_P(RedisLogin, EndsWithTheRunId) {
    Talk talk(GetParam().settings);
    EXPECT_EQ(commands_in(talk.out), GetParam().sent);
    EXPECT_EQ(talk.hear(GetParam().answers + who), "");
    ASSERT_EQ(talk.heard.size(), 1u);
    EXPECT_EQ(std::get<LoggedIn>(talk.heard[0]).run_id, run_id);
    EXPECT_EQ(talk.conversation.waits_since(), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(
    Redis, RedisLogin,
    testing::Values(LoginCase{"open", settings(), "INFO server", ""},
                    LoginCase{"password", settings("", "p w"), "AUTH p w\nINFO server", "+OK\r\n"},
                    LoginCase{"acl_user", settings("u", "p"), "AUTH u p\nINFO server", "+OK\r\n"},
                    LoginCase{"database", settings("", "p", 3), "AUTH p\nSELECT 3\nINFO server",
                              "+OK\r\n+OK\r\n"}),
    [](const auto& info) { return info.param.name; });

struct RefusalCase {
    const char* name;
    std::string answers;
    const char* why;
};

class RedisRefusal : public testing::TestWithParam<RefusalCase> {};

TEST_P(RedisRefusal, EndsTheConversation) {
    Talk talk(settings("", "hunter2", 3));
    EXPECT_THAT(talk.hear(GetParam().answers),
                testing::AllOf(HasSubstr(GetParam().why), Not(HasSubstr("hunter2"))));
    EXPECT_TRUE(talk.heard.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Redis, RedisRefusal,
    testing::Values(
        RefusalCase{"wrong_password", "-WRONGPASS invalid username-password pair\r\n",
                    "refuses the log-in: WRONGPASS"},
        RefusalCase{"password_repeated",
                    "-ERR unknown command 'AUTH', with args beginning with: 'hunter2'\r\n",
                    "refuses the log-in: ERR"},
        RefusalCase{"word_without_end", "-" + std::string(100'000, 'x') + "\r\n", "refuses the log-in: xxx"},
        RefusalCase{"no_such_database", "+OK\r\n-ERR DB index is out of range\r\n",
                    "DB index is out of range"},
        RefusalCase{"loading", "+OK\r\n+OK\r\n-LOADING Redis is loading the dataset in memory\r\n",
                    "LOADING"},
        RefusalCase{"no_run_id", "+OK\r\n+OK\r\n$9\r\n# Server\n\r\n", "no run_id"},
        RefusalCase{"strange_run_id", "+OK\r\n+OK\r\n" + bulk("run_id:<script>\r\n"), "no run_id"},
        RefusalCase{"number", "+OK\r\n+OK\r\n:1\r\n", "no run_id"},
        RefusalCase{"not_ok", "+QUEUED\r\n", "unknown answer"},
        RefusalCase{"not_redis", "HTTP/1.1 400 Bad Request\r\n\r\n", "not Redis' protocol"}),
    [](const auto& info) { return info.param.name; });

TEST(Conversation, SendsAScriptOnceAndThenItsName) {
    Talk talk(settings());
    const std::string call = std::string(charge_sha1) + " 2 k1 k2  a b";
    EXPECT_EQ(talk.ask(7, charge), "SCRIPT LOAD return 1\nEVALSHA " + call);
    EXPECT_EQ(talk.ask(8, charge), "EVALSHA " + call);
    EXPECT_THAT(talk.ask(9, settle), HasSubstr("SCRIPT LOAD return 2"));
}

TEST(Conversation, GivesEachAnswerToItsQuestion) {
    Talk talk(settings());
    (void)talk.ask(7, charge);
    (void)talk.ask(8, charge);
    EXPECT_EQ(talk.hear(who + bulk(charge_sha1) + ":70\r\n*1\r\n"), "");
    EXPECT_EQ(talk.conversation.waits_since(), start);
    EXPECT_EQ(talk.hear(":80\r\n"), "");
    ASSERT_EQ(talk.heard.size(), 3u);
    const auto& first = std::get<Answered>(talk.heard[1]);
    EXPECT_EQ(first.number, 7u);
    EXPECT_EQ(std::get<std::int64_t>(first.answer.value), 70);
    const auto& second = std::get<Answered>(talk.heard[2]);
    EXPECT_EQ(second.number, 8u);
    EXPECT_EQ(std::get<std::vector<accounting::StoreAnswer>>(second.answer.value).size(), 1u);
    EXPECT_EQ(talk.conversation.waits_since(), std::nullopt);
}

struct ErrorCase {
    const char* name;
    const char* error;
};

class RedisError : public testing::TestWithParam<ErrorCase> {};

TEST_P(RedisError, EndsTheConversationBehindWhatWasAnswered) {
    Talk talk(settings());
    (void)talk.ask(7, charge);
    (void)talk.ask(8, charge);
    const std::string answers = who + bulk(charge_sha1) + ":70\r\n-" + GetParam().error + "\r\n:80\r\n";
    EXPECT_THAT(talk.hear(answers), HasSubstr(GetParam().error));
    EXPECT_EQ(talk.heard.size(), 2u);
}

INSTANTIATE_TEST_SUITE_P(
    Redis, RedisError,
    testing::Values(ErrorCase{"readonly", "READONLY You can't write against a read only replica."},
                    ErrorCase{"noscript", "NOSCRIPT No matching script."},
                    ErrorCase{"oom", "OOM command not allowed when used memory > 'maxmemory'."},
                    ErrorCase{"misconf", "MISCONF Redis is configured to save RDB snapshots"},
                    ErrorCase{"masterdown", "MASTERDOWN Link with MASTER is down"},
                    ErrorCase{"noperm", "NOPERM this user has no permissions"},
                    ErrorCase{"script", "ERR user_script:1: attempt to index a nil value"}),
    [](const auto& info) { return info.param.name; });

TEST(Conversation, DoesNotTakeAnotherScriptForItsOwn) {
    Talk talk(settings());
    (void)talk.ask(7, charge);
    EXPECT_THAT(talk.hear(who + bulk(std::string(40, '0')) + ":70\r\n"), HasSubstr("loaded as another"));
    EXPECT_EQ(talk.heard.size(), 1u);
}

TEST(Conversation, DoesNotTakeAnswersThatNobodyAskedFor) {
    Talk talk(settings());
    EXPECT_THAT(talk.hear(who + ":1\r\n"), HasSubstr("nothing that was asked"));
}

}  // namespace
}  // namespace gateway::shared_store
