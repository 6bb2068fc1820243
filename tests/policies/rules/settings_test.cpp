// Settings that a restricted role may change or read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "policies/decide.hpp"
#include "tests/policies/load/policy_text.hpp"
#include "tests/policies/sample_catalog.hpp"

namespace policies::testing {
namespace {

struct SettingCase {
    sql::StatementKind kind;
    const char* name;
    std::vector<std::string> values;
    bool allowed;
};

void PrintTo(const SettingCase& setting, std::ostream* out) {
    *out << sql::name_of(setting.kind) << ' ' << setting.name << " =";
    for (const std::string& value : setting.values)
        *out << ' ' << value;
}

class Setting : public ::testing::TestWithParam<SettingCase> {};

TEST_P(Setting, IsJudgedByNameAndValue) {
    const auto bound = std::get<std::shared_ptr<const BoundPolicy>>(
        BoundPolicy::bind(good_policy("version: 1\ndatabases: [a]\ntables: { support.tickets: open }\n"
                                      "roles:\n  support: { tables: [support.tickets] }\n"),
                          shared_sample_catalog()));
    const sql::Facts facts{.kind = GetParam().kind,
                           .setting = sql::SettingUse{GetParam().name, GetParam().values}};
    const auto decided = decide(*bound, bound->policy().roles.at("support"), "agent7", facts);
    EXPECT_EQ(std::holds_alternative<Rewrite>(decided), GetParam().allowed);
    if (const auto* deny = std::get_if<Deny>(&decided)) {
        EXPECT_EQ(deny->reason, Reason::setting_not_allowed);
        EXPECT_THAT(deny->message, ::testing::EndsWith(" (p.yaml:5)"));
        EXPECT_FALSE(deny->hint.empty());
    }
}

constexpr auto set = sql::StatementKind::set;
constexpr auto reset = sql::StatementKind::reset;
constexpr auto show = sql::StatementKind::show;

INSTANTIATE_TEST_SUITE_P(
    Set, Setting,
    ::testing::Values(
        SettingCase{set, "application_name", {"psql"}, true},
        SettingCase{set, "datestyle", {"iso", "mdy"}, true},
        SettingCase{set, "timezone", {"Asia/Jakarta"}, true},
        SettingCase{set, "extra_float_digits", {"3"}, true},
        SettingCase{set, "extra_float_digits", {"0"}, false},
        SettingCase{set, "extra_float_digits", {"-15"}, false},
        SettingCase{set, "extra_float_digits", {}, true},
        SettingCase{set, "client_min_messages", {"WARNING"}, true},
        SettingCase{set, "client_min_messages", {}, true},
        SettingCase{set, "client_min_messages", {"log"}, false},
        SettingCase{set, "client_min_messages", {"debug5"}, false},
        SettingCase{set, "statement_timeout", {"5s"}, true}, SettingCase{set, "search_path", {}, true},
        SettingCase{set, "search_path", {"support", "public"}, true},
        SettingCase{set, "search_path", {std::string(64, 'x')}, false},
        SettingCase{set, "client_encoding", {"UTF8"}, true},
        SettingCase{set, "client_encoding", {"utf-8"}, true},
        SettingCase{set, "client_encoding", {"UNICODE"}, true},
        SettingCase{set, "client_encoding", {"SJIS"}, false},
        SettingCase{set, "client_encoding", {"SQL_ASCII"}, false},
        SettingCase{set, "standard_conforming_strings", {"on"}, true},
        SettingCase{set, "standard_conforming_strings", {"off"}, false},
        SettingCase{set, "transaction_isolation", {"serializable"}, true},
        SettingCase{set, "default_transaction_read_only", {"on"}, true},
        SettingCase{set, "work_mem", {"64MB"}, true}, SettingCase{set, "work_mem", {"256 MB"}, true},
        SettingCase{set, "work_mem", {"262144"}, true}, SettingCase{set, "work_mem", {}, true},
        SettingCase{set, "work_mem", {"257MB"}, false}, SettingCase{set, "work_mem", {"262145kB"}, false},
        SettingCase{set, "work_mem", {"1GB"}, false}, SettingCase{set, "work_mem", {"1TB"}, false},
        SettingCase{set, "work_mem", {"0x7fffffff"}, false}, SettingCase{set, "work_mem", {"1e6"}, false},
        SettingCase{set, "work_mem", {"9999999999999999999999"}, false},
        SettingCase{set, "jit", {"off"}, true}, SettingCase{set, "role", {"tabir_dba"}, false},
        SettingCase{set, "role", {"none"}, false}, SettingCase{set, "role", {}, true},
        SettingCase{set, "session_authorization", {"postgres"}, false},
        SettingCase{set, "session_authorization", {}, true},
        // An error where rows would be hidden: it never shows more.
        SettingCase{set, "row_security", {"off"}, true}, SettingCase{set, "enable_seqscan", {"off"}, true},
        SettingCase{set, "xmloption", {"content"}, true},
        SettingCase{set, "default_tablespace", {"fast"}, false},
        SettingCase{set, "local_preload_libraries", {"x"}, false},
        SettingCase{set, "debug_print_plan", {"on"}, false},
        SettingCase{set, "log_parameter_max_length_on_error", {"-1"}, false},
        SettingCase{set, "lo_compat_privileges", {"on"}, false},
        SettingCase{set, "transform_null_equals", {"on"}, false},
        SettingCase{set, "max_connections", {"9"}, false},
        SettingCase{set, "plpgsql.extra_errors", {"all"}, false},
        SettingCase{set, "session_replication_role", {"replica"}, false},
        SettingCase{set, "session_preload_libraries", {"x"}, false},
        SettingCase{set, "work_mem", {"8GB"}, false}, SettingCase{set, "log_statement", {"none"}, false},
        SettingCase{set, "seed", {"0.5"}, false}, SettingCase{set, "app.user", {"x"}, false},
        SettingCase{set, "", {"x"}, false}));

INSTANTIATE_TEST_SUITE_P(Reset, Setting,
                         ::testing::Values(SettingCase{reset, "all", {}, true},
                                           SettingCase{reset, "timezone", {}, true},
                                           SettingCase{reset, "role", {}, true},
                                           SettingCase{reset, "session_authorization", {}, true},
                                           SettingCase{reset, "work_mem", {}, true},
                                           SettingCase{reset, "app.user", {}, false}));

INSTANTIATE_TEST_SUITE_P(
    Show, Setting,
    ::testing::Values(
        SettingCase{show, "server_version", {}, true}, SettingCase{show, "server_version_num", {}, true},
        SettingCase{show, "transaction_isolation", {}, true}, SettingCase{show, "timezone", {}, true},
        SettingCase{show, "max_identifier_length", {}, true}, SettingCase{show, "lc_collate", {}, true},
        SettingCase{show, "work_mem", {}, true}, SettingCase{show, "session_authorization", {}, true},
        SettingCase{show, "app.secret", {}, false}, SettingCase{show, "all", {}, false},
        SettingCase{show, "hba_file", {}, false}, SettingCase{show, "data_directory", {}, false},
        SettingCase{show, "primary_conninfo", {}, false}));

}  // namespace
}  // namespace policies::testing
