#include "gateway/auth/users.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace gateway::auth {
namespace {

// Made by PostgreSQL 15: select rolpassword from pg_authid, for the password "secret".
const std::string verifier_text =
    "SCRAM-SHA-256$4096:0URKKroF8tYdJUW2hBIRhg==$13pbTeY4dD/OPNug/"
    "M5cGuJhzEetvx9EKegOz0vgedw=:eRny9Phv5QD2nQoPdCIO/UiMdFEZm4ZS4Vu7w/5tTco=";

const ScramVerifier& verifier() {
    static const auto made = ScramVerifier::of_password("secret").value();
    return made;
}

TEST(ScramVerifier, IsReadAndWrittenAsPostgresqlDoes) {
    const auto read = ScramVerifier::from(verifier_text).value();
    EXPECT_EQ(read.text(), verifier_text);
    EXPECT_EQ(read.iterations, 4096u);
    EXPECT_TRUE(read.matches("secret"));
    EXPECT_FALSE(read.matches("Secret"));
    EXPECT_EQ(ScramVerifier::of_password("secret", read.salt, read.iterations).value().text(), verifier_text);
}

TEST(ScramVerifier, IsNotMadeOfAnEmptyPassword) {
    EXPECT_EQ(ScramVerifier::of_password("").error(), AuthErrc::empty_password);
}

TEST(ScramVerifier, IsMadeOfAPasswordOf64KiB) {
    const std::string password(65'536, 'p');
    EXPECT_TRUE(ScramVerifier::of_password(password).value().matches(password));
}

class OddVerifier : public testing::TestWithParam<std::pair<std::string, std::string>> {};

TEST_P(OddVerifier, IsRefused) { EXPECT_FALSE(ScramVerifier::from(GetParam().second)); }

const std::string key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
INSTANTIATE_TEST_SUITE_P(
    Auth, OddVerifier,
    testing::Values(std::pair{"empty", ""}, std::pair{"plain_password", "secret"},
                    std::pair{"md5", "md54ed96a30d7e8eb59ad6d9b9c5d8ee09b"},
                    std::pair{"another_hash", "SCRAM-SHA-1$4096:c2FsdA==$" + key + ":" + key},
                    std::pair{"no_iterations", "SCRAM-SHA-256$:c2FsdA==$" + key + ":" + key},
                    std::pair{"zero_iterations", "SCRAM-SHA-256$0:c2FsdA==$" + key + ":" + key},
                    std::pair{"too_many_iterations", "SCRAM-SHA-256$1000001:c2FsdA==$" + key + ":" + key},
                    std::pair{"sign", "SCRAM-SHA-256$+4096:c2FsdA==$" + key + ":" + key},
                    std::pair{"empty_salt", "SCRAM-SHA-256$4096:$" + key + ":" + key},
                    std::pair{"odd_salt", "SCRAM-SHA-256$4096:c2F$" + key + ":" + key},
                    std::pair{"short_key", "SCRAM-SHA-256$4096:c2FsdA==$AAAA:" + key},
                    std::pair{"no_server_key", "SCRAM-SHA-256$4096:c2FsdA==$" + key},
                    std::pair{"trailing_text", "SCRAM-SHA-256$4096:c2FsdA==$" + key + ":" + key + " "}),
    [](const auto& info) { return info.param.first; });

TEST(Users, TellsKnownUsersFromMocks) {
    const auto secret = MockSecret::random();
    const auto users = UsersFile::from_text("agent7 " + verifier().text() + "\n", "users").value().users();
    EXPECT_TRUE(users.login_of("agent7", secret).known);
    EXPECT_EQ(users.login_of("agent7", secret).verifier.salt, verifier().salt);
    EXPECT_FALSE(users.login_of("agent8", secret).known);
    EXPECT_FALSE(users.login_of("agent8", secret).verifier.salt.empty());
}

TEST(UsersFile, ReadsPlainAndQuotedNames) {
    const auto file = UsersFile::from_text("# people\n\nagent7 " + verifier().text() + "\r\n" +
                                               "  \"o\"\"brien jr\"   \"" + verifier().text() + "\"",
                                           "users");
    ASSERT_TRUE(file) << file.error().list.front().text();
    EXPECT_TRUE(file->contains("agent7"));
    EXPECT_TRUE(file->contains("o\"brien jr"));
    EXPECT_EQ(file->users().size(), 2u);
}

TEST(UsersFile, ReportsEveryMistakeWithItsLine) {
    const auto file =
        UsersFile::from_text("a " + verifier().text() + "\nb secret\na " + verifier().text() +
                                 "\nlonely\n\"open " + verifier().text() + "\nx y z\n" +
                                 std::string(64, 'n') + ' ' + verifier().text() + "\n\"\" \"x\"\n",
                             "users.txt");
    ASSERT_FALSE(file);
    std::vector<std::string> texts;
    for (const auto& mistake : file.error().list)
        texts.push_back(mistake.text());
    using testing::StartsWith;
    EXPECT_THAT(texts, testing::ElementsAre(StartsWith("users.txt:2: not a verifier"),
                                            StartsWith("users.txt:3: user \"a\" stands already in line 1"),
                                            StartsWith("users.txt:4: expected a name and a verifier"),
                                            StartsWith("users.txt:5: expected a name and a verifier"),
                                            StartsWith("users.txt:6: not a verifier"),
                                            StartsWith("users.txt:6: expected alias=NAME"),
                                            StartsWith("users.txt:7: a user name has 1 to 63 bytes"),
                                            StartsWith("users.txt:8: a user name has 1 to 63 bytes")));
}

TEST(UsersFile, SaysHowEachUserLogsIn) {
    const std::string text = "\"a\" \"" + verifier().text() +
                             "\" \"alias=A. One\"\n"
                             "\"b\" \"token\"\n"
                             "\"c\" \"certificate\" \"certificate=DNS:c.internal\" \"certificate=URI:x:c\"\n"
                             "\"d\" \"none\" \"alias=dee\"\n";
    const auto file = UsersFile::from_text(text, "users").value();
    EXPECT_TRUE(std::holds_alternative<ScramVerifier>(file.find("a")->log_in));
    EXPECT_THAT(file.find("a")->aliases, testing::ElementsAre("A. One"));
    EXPECT_TRUE(std::holds_alternative<LogInByToken>(file.find("b")->log_in));
    EXPECT_EQ(std::get<LogInByCertificate>(file.find("c")->log_in).names.size(), 2u);
    EXPECT_TRUE(std::holds_alternative<NoLogIn>(file.find("d")->log_in));
    auto written = UsersFile::from_text("", "users").value();
    for (const std::string& name : file.names())
        written.set(name, *file.find(name));
    EXPECT_EQ(written.text(), text);
}

TEST(UsersFile, HasNoPasswordForWhoLogsInOtherwise) {
    const auto secret = MockSecret::random();
    const auto users = UsersFile::from_text("b token\nc certificate\nd none\n", "users").value().users();
    for (const auto* name : {"b", "c", "d", "e"}) {
        EXPECT_FALSE(users.login_of(name, secret).known) << name;
        EXPECT_EQ(users.login_of(name, secret).verifier.salt, secret.salt_for(name)) << name;
        EXPECT_EQ(users.takes_token(name), name == std::string("b")) << name;
    }
    EXPECT_TRUE(users.contains("b") && users.contains("c"));
    EXPECT_FALSE(users.contains("d") || users.contains("e"));
}

TEST(UsersFile, TakesSettingsOnlyWhereTheyBelong) {
    const auto mistake = [](const std::string& line) {
        const auto file = UsersFile::from_text(line, "users");
        return file ? "none" : file.error().list.front().text();
    };
    using testing::HasSubstr;
    EXPECT_THAT(mistake("a token certificate=CN:a"),
                HasSubstr("only behind a user who logs in by certificate"));
    EXPECT_THAT(mistake("a certificate certificate=DNS:*.b"), HasSubstr("without wildcards"));
    EXPECT_THAT(mistake("a certificate certificate=b"), HasSubstr("CN:, DNS:, email: or URI:"));
    EXPECT_THAT(mistake("a token group=b"), HasSubstr("expected alias=NAME"));
    EXPECT_THAT(mistake("a Token"), HasSubstr("not a verifier"));
    EXPECT_THAT(mistake("a token \"alias=b"), HasSubstr("expected a name and a verifier"));
}

TEST(UsersFile, KeepsOtherLinesWhenOneChanges) {
    auto file =
        UsersFile::from_text(
            "# first\na " + verifier().text() + "\n\n# second\nb " + verifier().text() + "\n", "users")
            .value();
    const auto changed = ScramVerifier::of_password("new").value();
    file.set("a", {changed});
    file.set("c \"d\"", {verifier()});
    EXPECT_TRUE(file.remove("b"));
    EXPECT_FALSE(file.remove("b"));
    EXPECT_EQ(file.text(), "# first\n\"a\" \"" + changed.text() + "\"\n\n# second\n\"c \"\"d\"\"\" \"" +
                               verifier().text() + "\"\n");
    EXPECT_EQ(UsersFile::from_text(file.text(), "users").value().users().size(), 2u);
}

/// A directory that goes with the test.
class UsersFileOnDisk : public testing::Test {
protected:
    UsersFileOnDisk() {
        std::string name = (std::filesystem::temp_directory_path() / "users_test.XXXXXX").string();
        directory_ = mkdtemp(name.data());
    }
    ~UsersFileOnDisk() override { std::filesystem::remove_all(directory_); }
    [[nodiscard]] std::string path(const std::string& name) const { return directory_ / name; }

    std::filesystem::path directory_;
};

TEST_F(UsersFileOnDisk, IsReplacedInOneStepBehindALink) {
    std::ofstream(path("users")) << "# empty\n";
    std::filesystem::create_symlink("users", path("link"));
    auto file = UsersFile::load(path("link")).value();
    file.set("agent7", {verifier()});
    EXPECT_EQ(file.save(path("link")), std::nullopt);
    EXPECT_TRUE(UsersFile::load(path("users")).value().contains("agent7"));
    EXPECT_TRUE(std::filesystem::is_symlink(path("link")));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory_), {}), 2)
        << "no temporary file is left";
}

TEST_F(UsersFileOnDisk, IsNeverReadableByOthers) {
    const auto file = UsersFile::from_text("", "users").value();
    const auto mode_after_saving = [&](const std::string& name) {
        EXPECT_EQ(file.save(path(name)), std::nullopt);
        struct stat status {};
        EXPECT_EQ(stat(path(name).c_str(), &status), 0);
        return status.st_mode & 0777;
    };
    EXPECT_EQ(mode_after_saving("new"), 0600u);
    for (const auto& [before, after] :
         {std::pair{0600u, 0600u}, {0640u, 0640u}, {0644u, 0640u}, {0777u, 0660u}}) {
        std::ofstream(path("old")) << "# empty\n";
        ASSERT_EQ(chmod(path("old").c_str(), before), 0);
        EXPECT_EQ(mode_after_saving("old"), after) << std::oct << before;
    }
}

TEST_F(UsersFileOnDisk, MayBeNamedFromTheFolderThatOneStandsIn) {
    const auto file = UsersFile::from_text("", "users").value();
    const auto before = std::filesystem::current_path();
    std::filesystem::current_path(directory_);
    for (const char* name : {"new", "./another"})
        EXPECT_EQ(file.save(name), std::nullopt) << name;
    std::filesystem::current_path(before);
    EXPECT_TRUE(std::filesystem::exists(path("new")) && std::filesystem::exists(path("another")));
}

TEST_F(UsersFileOnDisk, SaysWhyItCannotBeReadOrWritten) {
    EXPECT_THAT(UsersFile::load(path("absent")).error().list.front().text(),
                testing::HasSubstr("No such file"));
    EXPECT_THAT(UsersFile::load(directory_).error().list.front().text(),
                testing::HasSubstr("not a regular file"));
    ASSERT_EQ(mkfifo(path("fifo").c_str(), 0600), 0);
    EXPECT_THAT(UsersFile::load(path("fifo")).error().list.front().text(),
                testing::HasSubstr("not a regular file"));
    const auto file = UsersFile::from_text("", "users").value();
    EXPECT_THAT(file.save(path("absent/users")).value(), testing::HasSubstr("No such file"));
}

}  // namespace
}  // namespace gateway::auth
