#include "monitoring/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "monitoring/build_information.hpp"

namespace monitoring {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""us;
using testing::HasSubstr;
using testing::Not;

void know_support(Metrics& metrics) {
    metrics.know({.roles = {"support"}, .subjects = {"customer"}, .databases = {"payments"}});
}

TEST(Metrics, StandAtZeroFromTheStart) {
    Metrics metrics;
    know_support(metrics);
    const auto text = metrics.serialize();
    for (const auto* line : {R"(tabir_statements_total{decision="relayed",kind="select",role="support"} 0)",
                             R"(tabir_refusals_total{reason="verify_failed",role="support"} 0)",
                             R"(tabir_budget_stops_total{role="support",subject="customer"} 0)",
                             R"(tabir_subjects_revealed_total{role="support",subject="customer"} 0)",
                             R"(tabir_sessions{role="support",state="idle"} 0)",
                             R"(tabir_gateway_duration_seconds_count{decision="rewritten",role="support"} 0)",
                             R"(tabir_logins_total{result="wrong_credentials"} 0)",
                             R"(tabir_backend_connections{state="in_use"} 0)",
                             R"(tabir_catalog_refreshes_total{database="payments",result="failed"} 0)",
                             R"(tabir_policy_reloads_total{result="refused"} 0)", "tabir_ready 0"}) {
        EXPECT_THAT(text, HasSubstr(line)) << line;
    }
    EXPECT_THAT(text, HasSubstr("tabir_build_info{version=\"" + std::string(version()) + "\"} 1"));
}

TEST(Metrics, CountWhatARoleDoes) {
    Metrics metrics;
    know_support(metrics);
    auto& support = metrics.role("support");
    support.statement("select", Decision::rewritten);
    support.refused("insert", "statement_kind");
    support.statement_took(Decision::rewritten, 3ms);
    support.gateway_took(Decision::rewritten, 7us);
    support.masked_at_limit();
    support.rows_sent(20);
    support.bytes_to_client(4096);
    support.error("42501");
    auto& customers = support.subject("customer");
    customers.revealed(5);
    customers.missed();
    customers.budget_stopped();
    const auto text = metrics.serialize();
    for (const auto* line :
         {R"(tabir_statements_total{decision="rewritten",kind="select",role="support"} 1)",
          R"(tabir_statements_total{decision="refused",kind="insert",role="support"} 1)",
          R"(tabir_refusals_total{reason="statement_kind",role="support"} 1)",
          R"(tabir_statement_duration_seconds_bucket{decision="rewritten",role="support",le="0.0025"} 0)",
          R"(tabir_statement_duration_seconds_bucket{decision="rewritten",role="support",le="0.005"} 1)",
          R"(tabir_gateway_duration_seconds_count{decision="rewritten",role="support"} 1)",
          R"(tabir_budget_masked_statements_total{role="support"} 1)",
          R"(tabir_rows_total{role="support"} 20)", R"(tabir_client_sent_bytes_total{role="support"} 4096)",
          R"(tabir_errors_total{role="support",sqlstate_class="42"} 1)",
          R"(tabir_subjects_revealed_total{role="support",subject="customer"} 5)",
          R"(tabir_budget_misses_total{role="support",subject="customer"} 1)",
          R"(tabir_budget_stops_total{role="support",subject="customer"} 1)"}) {
        EXPECT_THAT(text, HasSubstr(line)) << line;
    }
}

TEST(Metrics, NeverShowANameThatNobodyIntroduced) {
    Metrics metrics;
    know_support(metrics);
    auto& stranger = metrics.role("mallory");
    EXPECT_EQ(&stranger, &metrics.role("trudy"));
    stranger.statement("frobnicate", Decision::relayed);
    stranger.refused("select", "ill_will");
    stranger.error("ZZ999");
    stranger.error("");
    stranger.subject("parrot").revealed();
    metrics.catalog_refreshed("secret_database", true);
    const auto text = metrics.serialize();
    for (const auto* word : {"mallory", "frobnicate", "ill_will", "ZZ", "parrot", "secret_database"}) {
        EXPECT_THAT(text, Not(HasSubstr(word)));
    }
    EXPECT_THAT(text, HasSubstr(R"(tabir_statements_total{decision="relayed",kind="other",role="other"} 1)"));
    EXPECT_THAT(text, HasSubstr(R"(tabir_errors_total{role="other",sqlstate_class="other"} 2)"));
}

TEST(Metrics, BoundTheNumberOfRolesAndDatabases) {
    Metrics metrics;
    KnownNames names;
    for (int i = 0; i < 1000; ++i) {
        names.roles.push_back("role" + std::to_string(i));
        names.subjects.push_back("subject" + std::to_string(i));
        names.databases.push_back("database" + std::to_string(i));
    }
    names.subjects.resize(100);
    metrics.know(names);
    EXPECT_NE(&metrics.role("role199"), &metrics.role("role200"));
    EXPECT_EQ(&metrics.role("role200"), &metrics.role("other"));
    const auto text = metrics.serialize();
    EXPECT_THAT(text, HasSubstr("subject49\""));
    EXPECT_THAT(text, Not(HasSubstr("subject50\"")));
    EXPECT_THAT(text, HasSubstr("database199\""));
    EXPECT_THAT(text, Not(HasSubstr("database200\"")));
}

TEST(Metrics, FollowSessionsAndBackEndsThroughTheirStates) {
    Metrics metrics;
    know_support(metrics);
    {
        SessionGauge session(metrics.role("support"));
        session.now(SessionState::active);
        session.now(SessionState::active);
        BackendGauge backend(metrics);
        backend.now(BackendState::in_use);
        const auto during = metrics.serialize();
        EXPECT_THAT(during, HasSubstr(R"(tabir_sessions{role="support",state="active"} 1)"));
        EXPECT_THAT(during, HasSubstr(R"(tabir_sessions{role="support",state="idle"} 0)"));
        EXPECT_THAT(during, HasSubstr(R"(tabir_backend_connections{state="in_use"} 1)"));
    }
    const auto after = metrics.serialize();
    EXPECT_THAT(after, HasSubstr(R"(tabir_sessions{role="support",state="active"} 0)"));
    EXPECT_THAT(after, HasSubstr(R"(tabir_backend_connections{state="in_use"} 0)"));
}

TEST(Metrics, NameOnlyThePolicyInForce) {
    Metrics metrics;
    metrics.policy_in_force("/etc/tabir/payments.yaml", "abc");
    metrics.policy_in_force("/etc/tabir/payments.yaml", "def");
    metrics.policy_reload(true);
    metrics.policy_reload(false);
    const auto text = metrics.serialize();
    EXPECT_THAT(text, HasSubstr(R"(tabir_policy_info{policy="payments.yaml",version="def"} 1)"));
    EXPECT_THAT(text, Not(HasSubstr("abc")));
    EXPECT_THAT(text, HasSubstr("tabir_policy_last_reload_successful 0"));
}

TEST(Metrics, TakeTotalsThatOthersKeepAtTheMomentOfTheScrape) {
    Metrics metrics;
    std::uint64_t hits = 10;
    metrics.before_serialize([&] { metrics.plan_cache(hits, 2, 4096); });
    EXPECT_THAT(metrics.serialize(), HasSubstr("tabir_plan_cache_hits_total 10"));
    hits = 25;
    const auto text = metrics.serialize();
    EXPECT_THAT(text, HasSubstr("tabir_plan_cache_hits_total 25"));
    EXPECT_THAT(text, HasSubstr("tabir_plan_cache_misses_total 2"));
    EXPECT_THAT(text, HasSubstr("tabir_plan_cache_bytes 4096"));
}

TEST(Metrics, LoseNothingBetweenThreads) {
    Metrics metrics;
    know_support(metrics);
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&metrics] {
            auto& support = metrics.role("support");
            for (int i = 0; i < 1000; ++i) {
                support.statement("update", Decision::refused);
                support.error("57014");
                if (i % 250 == 0) (void)metrics.serialize();
            }
        });
    }
    threads.clear();
    const auto text = metrics.serialize();
    EXPECT_THAT(text,
                HasSubstr(R"(tabir_statements_total{decision="refused",kind="update",role="support"} 4000)"));
    EXPECT_THAT(text, HasSubstr(R"(tabir_errors_total{role="support",sqlstate_class="57"} 4000)"));
}

TEST(Metrics, ShowTheProcessItself) {
    Metrics metrics;
    const auto text = metrics.serialize();
    for (const auto* name : {"process_start_time_seconds", "process_resident_memory_bytes",
                             "process_cpu_seconds_total", "process_open_fds", "process_max_fds"}) {
        EXPECT_THAT(text, Not(HasSubstr('\n' + std::string(name) + " 0\n"))) << name;
        EXPECT_THAT(text, HasSubstr('\n' + std::string(name) + ' ')) << name;
    }
}

}  // namespace
}  // namespace monitoring
