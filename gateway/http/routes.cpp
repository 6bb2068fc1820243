#include "gateway/http/routes.hpp"

namespace gateway::http {
namespace {

// The text format, version 0.0.4 (Prometheus documentation, "Exposition formats").
constexpr auto metrics_type = "text/plain; version=0.0.4; charset=utf-8";

Answer metrics_answer(monitoring::Metrics& metrics, const Readiness& readiness) {
    metrics.ready(!readiness.obstacle());
    return {.status = 200, .content_type = metrics_type, .body = metrics.serialize()};
}

Answer readiness_answer(const Readiness& readiness) {
    if (const auto obstacle = readiness.obstacle()) return plain(503, "not ready: " + *obstacle);
    if (const auto degraded = readiness.degraded()) return plain(200, "degraded: " + *degraded);
    return plain(200, "ready");
}

}  // namespace

Answer plain(unsigned status, std::string_view line) {
    return {.status = status, .content_type = "text/plain; charset=utf-8", .body = std::string(line) + '\n'};
}

Answer answer_to(std::string_view method, std::string_view target, monitoring::Metrics& metrics,
                 const Readiness& readiness) {
    const auto path = target.substr(0, target.find('?'));
    const bool known = path == "/metrics" || path == "/healthz" || path == "/readyz";
    if (!known) return plain(404, "not found: there are /metrics, /healthz and /readyz");
    if (method != "GET" && method != "HEAD") {
        auto answer = plain(405, "method not allowed: use GET");
        answer.allow = "GET, HEAD";
        return answer;
    }
    if (path == "/metrics") return metrics_answer(metrics, readiness);
    if (path == "/readyz") return readiness_answer(readiness);
    return plain(200, "alive");
}

}  // namespace gateway::http
