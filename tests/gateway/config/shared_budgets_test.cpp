#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "gateway/config/load.hpp"

namespace gateway::config {
namespace {

using namespace std::chrono_literals;
using std::filesystem::perms;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view rest =
    "listen: [127.0.0.1:6432]\n"
    "users_file: users\n"
    "policies: [policy.yaml]\n"
    "servers: { main: { address: db, tls: disable } }\n"
    "databases: { '*': main }\n"
    "backend: { default: { user: tabir } }\n";

// A folder with a secret of 32 bytes that its owner may read, a short one, one for everybody, and a password.
class SharedBudgetsSection : public testing::Test {
protected:
    SharedBudgetsSection() {
        std::string pattern = (std::filesystem::temp_directory_path() / "tabir_config_XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
        write("secret", std::string(32, 's') + "\n", perms::owner_read);
        write("short", std::string(31, 's') + "\n", perms::owner_read);
        write("open", std::string(32, 's') + "\n", perms::owner_read | perms::others_read);
        write("password", "hunter2\n", perms::owner_read);
    }
    ~SharedBudgetsSection() override { std::filesystem::remove_all(folder_); }

    LoadedConfig load(std::string_view section) const {
        return load_text(std::string(rest) + std::string(section) + "\n", "t.yaml", folder_);
    }
    std::vector<std::string> mistakes(std::string_view section) const {
        const LoadedConfig loaded = load(section);
        std::vector<std::string> texts;
        if (const auto* found = std::get_if<policies::Mistakes>(&loaded)) {
            for (const policies::Mistake& mistake : *found)
                texts.push_back(mistake.text());
        }
        return texts;
    }

    std::filesystem::path folder_;

private:
    void write(const char* name, const std::string& text, perms rights) const {
        std::ofstream(folder_ / name) << text;
        std::filesystem::permissions(folder_ / name, rights);
    }
};

TEST_F(SharedBudgetsSection, IsNotNeeded) { EXPECT_FALSE(std::get<Config>(load("")).shared_budgets); }

TEST_F(SharedBudgetsSection, NeedsAnAddressAndASecret) {
    const auto loaded = load("shared_budgets: { redis: localhost, secret_file: secret }");
    const auto& shared = *std::get<Config>(loaded).shared_budgets;
    EXPECT_EQ(shared.redis.text(), "localhost:6379");
    EXPECT_EQ(shared.secret, std::string(32, 's'));
    EXPECT_EQ(shared.lease, 5s);
    EXPECT_EQ(shared.database, 0u);
    EXPECT_FALSE(shared.tls);
    EXPECT_THAT(mistakes("shared_budgets: {}"), ElementsAre(HasSubstr("7:17: shared_budgets lacks 'redis'"),
                                                            HasSubstr("lacks 'secret_file'")));
}

TEST_F(SharedBudgetsSection, ReadsEveryKey) {
    const auto loaded = load(
        "shared_budgets:\n"
        "  redis: redis.internal:6380\n"
        "  tls: { ca_file: ca.crt, certificate: c.crt, key: /k }\n"
        "  user: tabir\n"
        "  password_file: password\n"
        "  database: 3\n"
        "  secret_file: secret\n"
        "  lease: 2s");
    ASSERT_TRUE(std::holds_alternative<Config>(loaded));
    const auto& shared = *std::get<Config>(loaded).shared_budgets;
    EXPECT_EQ(shared.redis.text(), "redis.internal:6380");
    EXPECT_EQ(shared.tls->ca_file, folder_ / "ca.crt");
    EXPECT_EQ(shared.tls->certificate_file, folder_ / "c.crt");
    EXPECT_EQ(shared.tls->key_file, "/k");
    EXPECT_EQ(shared.user, "tabir");
    EXPECT_EQ(shared.password, "hunter2");
    EXPECT_EQ(shared.database, 3u);
    EXPECT_EQ(shared.lease, 2s);
}

struct SectionCase {
    const char* name;
    const char* entries;
    const char* place;
    const char* what;
};

class SharedBudgetsMistake : public SharedBudgetsSection, public testing::WithParamInterface<SectionCase> {};

TEST_P(SharedBudgetsMistake, IsReportedWithItsPlace) {
    const auto found = mistakes("shared_budgets: { " + std::string(GetParam().entries) + " }");
    EXPECT_THAT(found, ElementsAre(testing::AllOf(HasSubstr(std::string("t.yaml:") + GetParam().place + ":"),
                                                  HasSubstr(GetParam().what), Not(HasSubstr("hunter2")))));
}

INSTANTIATE_TEST_SUITE_P(
    Configuration, SharedBudgetsMistake,
    testing::Values(
        SectionCase{"another_machine", "redis: db, secret_file: secret", "7:26", "there is no 'tls'"},
        SectionCase{"port_0", "redis: 'localhost:0', secret_file: secret", "7:26", "cannot be 0"},
        SectionCase{"tls_on_a_socket", "redis: /r.sock, secret_file: secret, tls: { ca_file: c }", "7:61",
                    "no TLS"},
        SectionCase{"tls_without_roots", "redis: db, secret_file: secret, tls: {}", "7:56",
                    "lacks 'ca_file'"},
        SectionCase{"tls_without_key", "redis: db, secret_file: secret, tls: { ca_file: c, certificate: d }",
                    "7:56", "belong together"},
        SectionCase{"no_secret", "redis: localhost, secret_file: none", "7:50", "cannot read"},
        SectionCase{"short_secret", "redis: localhost, secret_file: short", "7:50", "must hold 32 to"},
        SectionCase{"secret_for_everybody", "redis: localhost, secret_file: open", "7:50", "chmod 400"},
        SectionCase{"user_without_password", "redis: localhost, secret_file: secret, user: u", "7:64",
                    "'password_file' is missing"},
        SectionCase{"short_lease", "redis: localhost, secret_file: secret, lease: 500ms", "7:65",
                    "from 1s to 60s"},
        SectionCase{"negative_database", "redis: localhost, secret_file: secret, database: -1", "7:68",
                    "from 0 to"},
        SectionCase{"password_in_the_file", "redis: localhost, secret_file: secret, password: hunter2",
                    "7:58", "unknown key 'password'"}),
    [](const auto& info) { return info.param.name; });

TEST_F(SharedBudgetsSection, StandsBesideJournals) {
    EXPECT_THAT(mistakes("shared_budgets: { redis: localhost, secret_file: secret }\nbudget_journal: j"),
                ElementsAre());
}

TEST_F(SharedBudgetsSection, MayBeInClearOnPurpose) {
    EXPECT_THAT(mistakes("shared_budgets: { redis: db, tls: off, secret_file: secret }"), ElementsAre());
}

}  // namespace
}  // namespace gateway::config
