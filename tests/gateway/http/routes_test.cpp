#include "gateway/http/routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gateway::http {
namespace {

struct RouteCase {
    const char* name;
    const char* method;
    const char* target;
    unsigned status;
    const char* body;
    const char* allow = "";
};

class Route : public testing::TestWithParam<RouteCase> {};

TEST_P(Route, IsAnsweredByItsPathAndMethod) {
    monitoring::Metrics metrics;
    Readiness readiness;
    readiness.now_ready();
    const auto answer = answer_to(GetParam().method, GetParam().target, metrics, readiness);
    EXPECT_EQ(answer.status, GetParam().status);
    EXPECT_THAT(answer.body, testing::HasSubstr(GetParam().body));
    EXPECT_EQ(answer.allow, GetParam().allow);
}

INSTANTIATE_TEST_SUITE_P(
    Http, Route,
    testing::Values(RouteCase{"metrics", "GET", "/metrics", 200, "tabir_build_info{"},
                    RouteCase{"metrics_with_a_query", "GET", "/metrics?name[]=up", 200, "tabir_ready 1"},
                    RouteCase{"health", "GET", "/healthz", 200, "alive\n"},
                    RouteCase{"readiness", "GET", "/readyz", 200, "ready\n"},
                    RouteCase{"head", "HEAD", "/healthz", 200, "alive\n"},
                    RouteCase{"root", "GET", "/", 404, "not found"},
                    RouteCase{"traversal", "GET", "/metrics/../../etc/passwd", 404, "not found"},
                    RouteCase{"prefix", "GET", "/metricsx", 404, "not found"},
                    RouteCase{"absolute_form", "GET", "http://elsewhere/metrics", 404, "not found"},
                    RouteCase{"empty", "GET", "", 404, "not found"},
                    RouteCase{"post", "POST", "/metrics", 405, "use GET", "GET, HEAD"},
                    RouteCase{"delete", "DELETE", "/readyz", 405, "use GET", "GET, HEAD"},
                    RouteCase{"lower_case", "get", "/healthz", 405, "use GET", "GET, HEAD"}),
    [](const auto& tested) { return tested.param.name; });

TEST(ReadinessRoute, SaysWhatStandsInTheWay) {
    monitoring::Metrics metrics;
    Readiness readiness;
    EXPECT_EQ(answer_to("GET", "/readyz", metrics, readiness).status, 503);
    readiness.not_ready("draining");
    EXPECT_EQ(answer_to("GET", "/readyz", metrics, readiness).body, "not ready: draining\n");
    EXPECT_EQ(answer_to("GET", "/healthz", metrics, readiness).status, 200);
    EXPECT_THAT(answer_to("GET", "/metrics", metrics, readiness).body, testing::HasSubstr("tabir_ready 0\n"));
}

}  // namespace
}  // namespace gateway::http
