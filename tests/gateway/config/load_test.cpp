#include "gateway/config/load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/processor_time.hpp"

namespace {

using namespace std::chrono_literals;
using gateway::config::Config;
using gateway::config::load_file;
using gateway::config::load_text;
using gateway::config::LoadedConfig;
using gateway::config::TlsMode;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using tests::ProcessorTime;

class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "tabir_config_XXXXXX").string();
        path_ = mkdtemp(pattern.data());
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    std::string write(const std::string& name, std::string_view text) const {
        std::ofstream(path_ / name, std::ios::binary) << text;
        return (path_ / name).string();
    }
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

constexpr std::string_view smallest =
    "listen: [127.0.0.1:6432]\n"
    "users_file: users\n"
    "policies: [policy.yaml]\n"
    "servers: { main: { address: db:5433, tls: disable } }\n"
    "databases: { '*': main }\n"
    "backend: { default: { user: tabir } }\n";

LoadedConfig load(std::string_view text) { return load_text(text, "t.yaml", "/etc/tabir"); }

std::vector<std::string> mistakes_of(const LoadedConfig& loaded) {
    std::vector<std::string> texts;
    if (const auto* mistakes = std::get_if<policies::Mistakes>(&loaded)) {
        for (const policies::Mistake& mistake : *mistakes)
            texts.push_back(mistake.text());
    }
    return texts;
}

std::string replaced(std::string_view line, std::string_view by) {
    std::string text(smallest);
    const std::size_t at = text.find(line);
    EXPECT_NE(at, std::string::npos);
    return text.replace(at, line.size(), by);
}

TEST(Configuration, OfSixLinesIsEnough) {
    const LoadedConfig loaded = load(smallest);
    ASSERT_THAT(mistakes_of(loaded), ElementsAre());
    const auto& config = std::get<Config>(loaded);
    EXPECT_EQ(config.listen.at(0).text(), "127.0.0.1:6432");
    EXPECT_EQ(config.users_file, "/etc/tabir/users");
    EXPECT_THAT(config.policy_files, ElementsAre("/etc/tabir/policy.yaml"));
    EXPECT_EQ(config.servers.at("main").endpoint.text(), "db:5433");
    EXPECT_EQ(config.databases.at("*").server, "main");
    EXPECT_EQ(config.catalog_user.user, "tabir");
    EXPECT_EQ(config.limits.statement_bytes, 256u * 1024);
    EXPECT_FALSE(config.tls);
    EXPECT_FALSE(config.http);
}

TEST(Configuration, ReadsEveryKey) {
    const TemporaryFolder folder;
    folder.write("a.password", "secret a\n");
    folder.write("b.password", "secret b");
    const LoadedConfig loaded = load_text(
        "listen: [0.0.0.0:6432, '[::1]:6433', /run/t/.s.PGSQL.6432]\n"
        "tls: { certificate: s.crt, key: /k/s.key, client_ca: c.crt, required: false }\n"
        "http: 127.0.0.1:0\n"
        "users_file: /u\n"
        "tokens: { keys: k.jwks, secret_file: /s, audience: tabir, issuer: i, longest_life: 1min, leeway: 0s "
        "}\n"
        "policies: [a.yaml, b.yaml]\n"
        "servers:\n"
        "  tcp: { address: '[2001:db8::1]', ca_file: ca.crt, allow_logins: [md5, cleartext] }\n"
        "  unix: { address: /run/postgresql/.s.PGSQL.5432 }\n"
        "  loose: { address: db, tls: require }\n"
        "databases: { payments: { server: tcp, database: p2 }, other: unix }\n"
        "backend:\n"
        "  default: { user: d, password_file: a.password }\n"
        "  roles: { dba: { user: dba, password_file: b.password } }\n"
        "  catalog: { user: c }\n"
        "catalog_refresh: 5min\n"
        "timeouts: { login: 2s, idle: 1h, backend_connect: 500ms, drain: 0s, backend_idle: 10s }\n"
        "limits: { statement_size: 1MiB, sessions: 5, pool_size: 6, threads: 7 }\n"
        "log_level: debug\n",
        "t.yaml", folder.path());
    ASSERT_THAT(mistakes_of(loaded), ElementsAre());
    const auto& config = std::get<Config>(loaded);
    EXPECT_EQ(config.listen.at(1).host, "::1");
    EXPECT_EQ(config.listen.at(2).socket_path, "/run/t/.s.PGSQL.6432");
    EXPECT_EQ(config.tls->certificate_file, folder.path() / "s.crt");
    EXPECT_EQ(config.tls->key_file, "/k/s.key");
    EXPECT_EQ(config.tls->client_ca_file, folder.path() / "c.crt");
    EXPECT_FALSE(config.tls->required);
    EXPECT_EQ(config.http->port, 0);
    EXPECT_EQ(config.tokens->keys_file, folder.path() / "k.jwks");
    EXPECT_EQ(config.tokens->secret_file, "/s");
    EXPECT_EQ(config.tokens->audience, "tabir");
    EXPECT_EQ(config.tokens->issuer, "i");
    EXPECT_EQ(config.tokens->longest_life, 60s);
    EXPECT_EQ(config.tokens->leeway, 0s);
    const auto& tcp = config.servers.at("tcp");
    EXPECT_EQ(tcp.endpoint.port, 5432);
    EXPECT_EQ(tcp.endpoint.host, "2001:db8::1");
    EXPECT_EQ(tcp.tls, TlsMode::verify_full);
    EXPECT_TRUE(tcp.allow_md5 && tcp.allow_cleartext);
    EXPECT_EQ(config.servers.at("unix").tls, TlsMode::disable);
    EXPECT_EQ(config.servers.at("loose").tls, TlsMode::require);
    EXPECT_EQ(config.databases.at("payments").database, "p2");
    EXPECT_EQ(config.backend_default.password, "secret a");
    EXPECT_EQ(config.backend_roles.at("dba").password, "secret b");
    EXPECT_EQ(config.catalog_user.user, "c");
    EXPECT_EQ(config.catalog_refresh, 300s);
    EXPECT_EQ(config.timeouts.login, 2s);
    EXPECT_EQ(config.timeouts.idle, 1h);
    EXPECT_EQ(config.timeouts.backend_connect, 500ms);
    EXPECT_EQ(config.timeouts.drain, 0s);
    EXPECT_EQ(config.timeouts.backend_idle, 10s);
    EXPECT_EQ(config.limits.statement_bytes, 1024u * 1024);
    EXPECT_EQ(config.limits.sessions, 5u);
    EXPECT_EQ(config.limits.pool_size, 6u);
    EXPECT_EQ(config.limits.threads, 7u);
    EXPECT_EQ(config.log_level, "debug");
}

struct MistakeCase {
    std::string name;
    std::string text;
    std::string place;
    std::string message;
};

class ConfigurationMistake : public testing::TestWithParam<MistakeCase> {};

TEST_P(ConfigurationMistake, IsReportedWithItsPlace) {
    const std::vector<std::string> mistakes = mistakes_of(load(GetParam().text));
    ASSERT_EQ(mistakes.size(), 1u) << testing::PrintToString(mistakes);
    EXPECT_THAT(mistakes[0], testing::StartsWith("t.yaml:" + GetParam().place + ": "));
    EXPECT_THAT(mistakes[0], HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Configuration, ConfigurationMistake,
    testing::Values(
        MistakeCase{"unknown_key", std::string(smallest) + "usres: 1\n", "7:1", "unknown key 'usres'"},
        MistakeCase{"unknown_inner_key", replaced("tls: disable", "tls: disable, tsl: 1"), "4:52",
                    "unknown key 'tsl'"},
        MistakeCase{"duplicate_key", std::string(smallest) + "users_file: x\n", "7:1",
                    "first one stands in line 2"},
        MistakeCase{"missing_key", replaced("users_file: users\n", ""), "1:1", "lacks 'users_file'"},
        MistakeCase{"anchor", replaced("users_file: users", "users_file: &u users"), "2:13", "anchors"},
        MistakeCase{"alias", replaced("users_file: users", "users_file: *u"), "2:13", "not YAML"},
        MistakeCase{"tag", replaced("users_file: users", "users_file: !!binary users"), "2:13", "tags"},
        MistakeCase{"second_document", std::string(smallest) + "---\na: b\n", "8:1", "second document"},
        MistakeCase{"nul_byte", replaced("users_file: users", std::string("users_file: u\0", 14)), "2:14",
                    "NUL"},
        MistakeCase{"invalid_utf8", replaced("users_file: users", "users_file: \xC0\x80"), "2:13", "UTF-8"},
        MistakeCase{"broken_yaml", replaced("[policy.yaml]", "[policy.yaml"), "4:8", "not YAML"},
        MistakeCase{"deep_nesting", "listen: " + std::string(10'000, '[') + "\n", "1:17",
                    "nested too deeply"},
        MistakeCase{"empty_file", "", "1:1", "must be a map"},
        MistakeCase{"a_list", "[1, 2]", "1:1", "must be a map"},
        MistakeCase{"listen_without_port", replaced("127.0.0.1:6432", "127.0.0.1"), "1:10", "host:port"},
        MistakeCase{"port_out_of_range", replaced("127.0.0.1:6432", "127.0.0.1:65536"), "1:10", "host:port"},
        MistakeCase{"port_not_a_number", replaced("127.0.0.1:6432", "127.0.0.1:http"), "1:10", "host:port"},
        MistakeCase{"open_listener_without_tls", replaced("127.0.0.1:6432", "0.0.0.0:6432"), "1:9",
                    "tls: off"},
        MistakeCase{"socket_path_too_long", replaced("127.0.0.1:6432", "/" + std::string(120, 'x')), "1:10",
                    "shorter than"},
        MistakeCase{"tls_without_key", std::string(smallest) + "tls: { certificate: c }\n", "7:6",
                    "lacks 'key'"},
        MistakeCase{"verify_without_ca", replaced(", tls: disable", ""), "4:18", "no 'ca_file'"},
        MistakeCase{"server_socket_of_another_name", replaced("db:5433, tls: disable", "/run/x.sock"), "4:29",
                    ".s.PGSQL.PORT"},
        MistakeCase{"unknown_tls_mode", replaced("tls: disable", "tls: prefer"), "4:43", "verify-full"},
        MistakeCase{"unknown_server", replaced("'*': main", "'*': mian"), "5:19", "no server 'mian'"},
        MistakeCase{"renamed_star", replaced("'*': main", "'*': {server: main, database: x}"), "5:44",
                    "passes on"},
        MistakeCase{"unknown_login", replaced("tls: disable", "tls: disable, allow_logins: [trust]"), "4:67",
                    "cleartext and md5"},
        MistakeCase{"password_in_the_file", replaced("user: tabir", "user: tabir, password: x"), "6:36",
                    "unknown key 'password'"},
        MistakeCase{"password_file_missing", replaced("user: tabir", "user: tabir, password_file: none"),
                    "6:51", "cannot read"},
        MistakeCase{"policy_named_twice", replaced("[policy.yaml]", "[policy.yaml, ./policy.yaml]"), "3:25",
                    "named twice"},
        MistakeCase{"time_without_unit", std::string(smallest) + "timeouts: { idle: 5 }\n", "7:19",
                    "such as 500ms"},
        MistakeCase{"login_for_ever", std::string(smallest) + "timeouts: { login: 0s }\n", "7:20",
                    "cannot be 0"},
        MistakeCase{"size_out_of_range", std::string(smallest) + "limits: { statement_size: 1GiB }\n", "7:27",
                    "such as 256KiB"},
        MistakeCase{"number_overflow", std::string(smallest) + "limits: { sessions: 99999999999999999999 }\n",
                    "7:21", "from 1 to"},
        MistakeCase{"tokens_without_keys", std::string(smallest) + "tokens: { audience: a }\n", "7:9",
                    "lacks 'keys'"},
        MistakeCase{"tokens_for_everybody", std::string(smallest) + "tokens: { keys: k }\n", "7:9",
                    "lacks 'audience'"},
        MistakeCase{"tokens_for_ever",
                    std::string(smallest) + "tokens: { keys: k, audience: a, longest_life: 48h }\n", "7:47",
                    "from 1s to 86400s"},
        MistakeCase{"tokens_with_milliseconds",
                    std::string(smallest) + "tokens: { keys: k, audience: a, leeway: 1ms }\n", "7:41",
                    "whole seconds"},
        MistakeCase{"tokens_of_no_known_key",
                    std::string(smallest) + "tokens: { keys: k, audience: a, algorithms: none }\n", "7:33",
                    "unknown key 'algorithms'"},
        MistakeCase{"log_level", std::string(smallest) + "log_level: verbose\n", "7:12", "debug"}),
    [](const auto& info) { return info.param.name; });

TEST(Configuration, ReportsAllMistakesInTheOrderOfTheFile) {
    const std::vector<std::string> mistakes =
        mistakes_of(load("listen: []\nusers_file: [x]\npolicies: [p]\nservers: { a: { address: db } }\n"
                         "databases: { d: b }\nbackend: { default: {} }\nlog_level: x\n"));
    EXPECT_THAT(mistakes, ElementsAre(HasSubstr(":1:"), HasSubstr(":2:"), HasSubstr(":4:"), HasSubstr(":5:"),
                                      HasSubstr(":6:"), HasSubstr(":7:")));
}

TEST(Configuration, NeverPrintsAPassword) {
    const TemporaryFolder folder;
    folder.write("p", "hunter2\nsecond line\n");
    const LoadedConfig loaded =
        load_text(replaced("user: tabir", "user: tabir, password_file: p"), "t.yaml", folder.path());
    ASSERT_EQ(mistakes_of(loaded).size(), 1u);
    EXPECT_THAT(mistakes_of(loaded)[0],
                testing::AllOf(HasSubstr("must hold one line"), Not(HasSubstr("hunter2"))));
}

TEST(Configuration, ThatIsTooLargeIsRefusedBeforeItIsRead) {
    const TemporaryFolder folder;
    const std::string path = folder.write("big.yaml", "");
    std::filesystem::resize_file(path, 100'000'000);
    const ProcessorTime time;
    EXPECT_THAT(mistakes_of(load_file(path)), ElementsAre(HasSubstr("larger than 1 MB")));
    EXPECT_LT(time.spent(), 1s);
}

TEST(Configuration, OfManyValuesIsRefusedQuickly) {
    std::string text;
    for (int key = 0; key < 100'000; ++key)
        text += "k" + std::to_string(key) + ": 1\n";
    const ProcessorTime time;
    EXPECT_THAT(mistakes_of(load(text)), ElementsAre(HasSubstr("too many values")));
    EXPECT_LT(time.spent(), 10s);
}

TEST(Configuration, ThatIsMissingOrNoFileIsAMistake) {
    const TemporaryFolder folder;
    EXPECT_THAT(mistakes_of(load_file(folder.path() / "none.yaml")),
                ElementsAre(HasSubstr("cannot be read")));
    EXPECT_THAT(mistakes_of(load_file(folder.path())), ElementsAre(HasSubstr("cannot be read")));
}

// The example as it is, and with its commented defaults switched on.
TEST(Configuration, ExampleLoads) {
    const TemporaryFolder folder;
    std::ifstream stream(TABIR_SOURCE_DIR "/gateway/config/tabir.example.yaml");
    std::stringstream example;
    example << stream.rdbuf();
    for (const char* password :
         {"tabir.password", "tabir_dba.password", "catalog.password", "redis.password"})
        folder.write(password, "x\n");
    std::filesystem::permissions(folder.write("budgets.secret", std::string(32, 'x')),
                                 std::filesystem::perms::owner_read);
    EXPECT_THAT(mistakes_of(load_file(folder.write("example.yaml", example.str()))), ElementsAre());

    std::string all;
    for (std::string line; std::getline(example, line);) {
        const std::size_t key = line.find_first_not_of(' ');
        const bool commented_key =
            key != std::string::npos && line.compare(key, 2, "# ") == 0 &&
            line.find_first_not_of("abcdefghijklmnopqrstuvwxyz_\"* ", key + 2) == line.find(':', key);
        const bool prose = line.ends_with('.') || line.find(": 500ms") != std::string::npos;
        if (line.starts_with("# budget_journal")) continue;  // not beside shared_budgets
        all += (commented_key && !prose ? line.erase(key, 2) : line) + '\n';
    }
    const LoadedConfig loaded = load_text(all, "all.yaml", folder.path());
    EXPECT_THAT(mistakes_of(loaded), ElementsAre());
    ASSERT_TRUE(std::holds_alternative<Config>(loaded));
    EXPECT_EQ(std::get<Config>(loaded).catalog_user.user, "tabir_catalog");
    EXPECT_EQ(std::get<Config>(loaded).timeouts.drain, 30s);
    EXPECT_EQ(std::get<Config>(loaded).shared_budgets->lease, 5s);
    EXPECT_TRUE(std::get<Config>(loaded).tls->required);
}

}  // namespace
