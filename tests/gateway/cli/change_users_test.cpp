#include "gateway/cli/change_users.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <sstream>

#include "gateway/auth/users.hpp"

namespace {

using namespace gateway::cli;
using gateway::auth::UsersFile;
using testing::HasSubstr;
using testing::Not;
using Action = ChangeUsers::Action;

class ChangingUsers : public testing::Test {
protected:
    ChangingUsers() {
        std::string pattern = (std::filesystem::temp_directory_path() / "tabir_cli_XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
    }
    ~ChangingUsers() override { std::filesystem::remove_all(folder_); }

    int change(Action action, const std::string& name, PasswordRead password = std::string("secret")) {
        out_.str("");
        err_.str("");
        asked_ = false;
        const PasswordSource source = [&] {
            asked_ = true;
            return password;
        };
        return change_users({.action = action, .name = name, .users_file = file()}, source, out_, err_);
    }
    int add(ChangeUsers change) {
        err_.str("");
        change.action = Action::add;
        change.users_file = file();
        const PasswordSource source = [this] {
            asked_ = true;
            return NoPassword{"not to be asked"};
        };
        return change_users(change, source, out_, err_);
    }
    std::string file() const { return folder_ / "users"; }
    bool fits(const std::string& name, const std::string& password) const {
        const auto users = UsersFile::load(file());
        const auto login = users->users().login_of(name, gateway::auth::MockSecret::random());
        return login.known && login.verifier.matches(password);
    }

    std::filesystem::path folder_;
    std::ostringstream out_;
    std::ostringstream err_;
    bool asked_ = false;
};

TEST_F(ChangingUsers, AddsTheFirstUserToANewFileThatOnlyItsOwnerReads) {
    EXPECT_EQ(change(Action::add, "agent7"), 0);
    EXPECT_TRUE(fits("agent7", "secret"));
    using std::filesystem::perms;
    EXPECT_EQ(std::filesystem::status(file()).permissions(), perms::owner_read | perms::owner_write);
}

TEST_F(ChangingUsers, KeepsTheModeThatTheFileHas) {
    ASSERT_EQ(change(Action::add, "agent7"), 0);
    using std::filesystem::perms;
    const perms shared = perms::owner_read | perms::owner_write | perms::group_read;
    std::filesystem::permissions(file(), shared);
    ASSERT_EQ(change(Action::add, "agent8"), 0);
    EXPECT_EQ(std::filesystem::status(file()).permissions(), shared);
}

TEST_F(ChangingUsers, GivesAnotherPassword) {
    ASSERT_EQ(change(Action::add, "agent7"), 0);
    EXPECT_EQ(change(Action::password, "agent7", std::string("other")), 0);
    EXPECT_TRUE(fits("agent7", "other"));
    EXPECT_FALSE(fits("agent7", "secret"));
}

TEST_F(ChangingUsers, ListsAndRemoves) {
    ASSERT_EQ(change(Action::add, "b"), 0);
    ASSERT_EQ(change(Action::add, "a"), 0);
    EXPECT_EQ(change(Action::remove, "b"), 0);
    EXPECT_EQ(change(Action::list, ""), 0);
    EXPECT_EQ(out_.str(), "a\n");
}

TEST_F(ChangingUsers, RefusesBeforeItAsksForAPassword) {
    ASSERT_EQ(change(Action::add, "agent7"), 0);
    EXPECT_EQ(change(Action::add, "agent7"), 2);
    EXPECT_THAT(err_.str(), HasSubstr("there is a user \"agent7\" already"));
    EXPECT_FALSE(asked_);
    EXPECT_EQ(change(Action::password, "agent8"), 2);
    EXPECT_FALSE(asked_);
    EXPECT_EQ(change(Action::remove, "agent8"), 2);
    EXPECT_EQ(change(Action::add, std::string(64, 'x')), 2);
    EXPECT_FALSE(asked_);
}

TEST_F(ChangingUsers, ChangesNothingWithoutAPassword) {
    EXPECT_EQ(change(Action::add, "agent7", NoPassword{"the two passwords differ"}), 2);
    EXPECT_THAT(err_.str(), HasSubstr("the two passwords differ"));
    EXPECT_EQ(change(Action::add, "agent7", std::string()), 2);
    EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(ChangingUsers, NeedsAFileForEverythingButAdd) {
    EXPECT_EQ(change(Action::list, ""), 2);
    EXPECT_EQ(change(Action::remove, "agent7"), 2);
    EXPECT_THAT(err_.str(), Not(testing::IsEmpty()));
}

TEST_F(ChangingUsers, AddsThoseWhoLogInWithoutAPassword) {
    using LogInBy = ChangeUsers::LogInBy;
    EXPECT_EQ(add({.name = "robot", .log_in_by = LogInBy::token}), 0);
    EXPECT_EQ(
        add({.name = "desk", .log_in_by = LogInBy::certificate, .certificate_names = {"DNS:desk.internal"}}),
        0);
    EXPECT_EQ(add({.name = "a.setiawan", .log_in_by = LogInBy::nothing, .aliases = {"Agus Setiawan"}}), 0);
    EXPECT_FALSE(asked_);
    EXPECT_EQ(UsersFile::load(file())->text(),
              "\"robot\" \"token\"\n"
              "\"desk\" \"certificate\" \"certificate=DNS:desk.internal\"\n"
              "\"a.setiawan\" \"none\" \"alias=Agus Setiawan\"\n");
}

TEST_F(ChangingUsers, KeepsTheAliasesOfWhoGetsAPassword) {
    ASSERT_EQ(add({.name = "a", .log_in_by = ChangeUsers::LogInBy::token, .aliases = {"b"}}), 0);
    EXPECT_EQ(change(Action::password, "a"), 0);
    EXPECT_TRUE(fits("a", "secret"));
    EXPECT_EQ(UsersFile::load(file())->users().names().of("B"), "a");
}

TEST_F(ChangingUsers, RefusesNamesThatAreTaken) {
    using LogInBy = ChangeUsers::LogInBy;
    ASSERT_EQ(add({.name = "a", .log_in_by = LogInBy::token, .aliases = {"b"}}), 0);
    EXPECT_EQ(add({.name = "B", .log_in_by = LogInBy::token}), 2);
    EXPECT_THAT(err_.str(), HasSubstr("\"B\" is the same as \"b\" in line 1"));
    EXPECT_EQ(add({.name = "c", .log_in_by = LogInBy::certificate, .certificate_names = {"DNS:*.c"}}), 2);
    EXPECT_THAT(err_.str(), HasSubstr("\"DNS:*.c\" is not CN:"));
    EXPECT_EQ(UsersFile::load(file())->names().size(), 1u);
}

}  // namespace
