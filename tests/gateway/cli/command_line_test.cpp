#include "gateway/cli/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace {

using namespace gateway::cli;
using testing::HasSubstr;

Command command(std::vector<const char*> words) {
    words.insert(words.begin(), "tabir");
    return command_of(static_cast<int>(words.size()), words.data());
}

TEST(CommandLine, ServesUnlessToldOtherwise) {
    EXPECT_EQ(std::get<Serve>(command({})).config_file, "/etc/tabir/tabir.yaml");
    EXPECT_EQ(std::get<Serve>(command({"--config", "f"})).config_file, "f");
    EXPECT_EQ(std::get<Serve>(command({"serve", "--config", "f"})).config_file, "f");
    EXPECT_EQ(std::get<Serve>(command({"serve", "-c", "f"})).config_file, "f");
}

TEST(CommandLine, ChecksWithOrWithoutTheCatalog) {
    EXPECT_FALSE(std::get<Check>(command({"check", "--config", "f"})).with_catalog);
    EXPECT_TRUE(std::get<Check>(command({"check", "--config", "f", "--catalog"})).with_catalog);
    EXPECT_EQ(std::get<Check>(command({"check", "--catalog", "--config", "f"})).config_file, "f");
}

TEST(CommandLine, ChecksTheRightsOfDatabaseUsers) {
    EXPECT_FALSE(std::get<Check>(command({"check", "--config", "f"})).with_database);
    EXPECT_TRUE(std::get<Check>(command({"check", "--config", "f", "--database"})).with_database);
}

TEST(CommandLine, ThawsSomebodyOrTellsWhoIsFrozen) {
    const auto thaw = std::get<Thaw>(command({"thaw", "agent7", "-f", "frozen"}));
    EXPECT_EQ(thaw.name, "agent7");
    EXPECT_EQ(thaw.frozen_users_file, "frozen");
    EXPECT_EQ(std::get<Thaw>(command({"thaw", "--frozen-users-file", "frozen"})).name, "");
    EXPECT_EQ(std::get<Say>(command({"thaw", "agent7"})).code, 2);
}

TEST(CommandLine, ExplainsAStatementOfAUser) {
    const auto told = std::get<Explain>(command({"explain", "-c", "f", "--as", "agent7", "SELECT 1"}));
    EXPECT_EQ(told.config_file, "f");
    EXPECT_EQ(told.user, "agent7");
    EXPECT_EQ(told.statement, "SELECT 1");
    EXPECT_EQ(told.database, "");
    EXPECT_FALSE(told.json);
    const auto other = std::get<Explain>(
        command({"explain", "--as", "a", "--json", "--database", "payments", "-c", "f", "SELECT 1"}));
    EXPECT_EQ(other.database, "payments");
    EXPECT_TRUE(other.json);
}

TEST(CommandLine, NamesTheChangeOfAUser) {
    const auto add = std::get<ChangeUsers>(command({"user", "add", "agent7", "--users-file", "u"}));
    EXPECT_EQ(add.action, ChangeUsers::Action::add);
    EXPECT_EQ(add.name, "agent7");
    EXPECT_EQ(add.users_file, "u");
    EXPECT_EQ(add.log_in_by, ChangeUsers::LogInBy::password);
    const auto robot = std::get<ChangeUsers>(
        command({"user", "add", "robot", "-f", "u", "--token", "--alias", "a", "--alias", "b c"}));
    EXPECT_EQ(robot.log_in_by, ChangeUsers::LogInBy::token);
    EXPECT_EQ(robot.aliases, (std::vector<std::string>{"a", "b c"}));
    const auto desk = std::get<ChangeUsers>(
        command({"user", "add", "desk", "-f", "u", "--certificate", "--certificate-name", "DNS:d"}));
    EXPECT_EQ(desk.log_in_by, ChangeUsers::LogInBy::certificate);
    EXPECT_EQ(desk.certificate_names, std::vector<std::string>{"DNS:d"});
    EXPECT_EQ(std::get<ChangeUsers>(command({"user", "add", "p", "-f", "u", "--no-login"})).log_in_by,
              ChangeUsers::LogInBy::nothing);
    EXPECT_EQ(std::get<ChangeUsers>(command({"user", "password", "a", "-f", "u"})).action,
              ChangeUsers::Action::password);
    EXPECT_EQ(std::get<ChangeUsers>(command({"user", "remove", "-f", "u", "a"})).action,
              ChangeUsers::Action::remove);
    EXPECT_EQ(std::get<ChangeUsers>(command({"user", "list", "-f", "u"})).action, ChangeUsers::Action::list);
}

TEST(CommandLine, TellsTheVersion) { EXPECT_TRUE(std::holds_alternative<Version>(command({"version"}))); }

TEST(CommandLine, ExplainsItself) {
    const auto help = std::get<Say>(command({"--help"}));
    EXPECT_EQ(help.code, 0);
    EXPECT_THAT(help.text, testing::AllOf(HasSubstr("serve"), HasSubstr("check"), HasSubstr("user")));
}

class WrongCommandLine : public testing::TestWithParam<std::vector<const char*>> {};

TEST_P(WrongCommandLine, IsRefusedWithCode2) {
    const Command read = command(GetParam());
    ASSERT_TRUE(std::holds_alternative<Say>(read));
    EXPECT_EQ(std::get<Say>(read).code, 2);
    EXPECT_FALSE(std::get<Say>(read).text.empty());
}

INSTANTIATE_TEST_SUITE_P(
    CommandLine, WrongCommandLine,
    testing::Values(std::vector{"dance"}, std::vector{"--config"}, std::vector{"serve", "--catalog"},
                    std::vector{"user"}, std::vector{"user", "add", "-f", "u"},
                    std::vector{"user", "add", "a"},
                    std::vector{"user", "add", "a", "-f", "u", "--token", "--no-login"},
                    std::vector{"user", "add", "a", "-f", "u", "--certificate-name", "CN:a"},
                    std::vector{"user", "remove", "a", "-f", "u", "--token"}, std::vector{"user", "list"},
                    std::vector{"explain", "SELECT 1"}, std::vector{"explain", "--as", "agent7"},
                    std::vector{"serve", "check"}));

}  // namespace
