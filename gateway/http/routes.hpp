#pragma once

#include <string>
#include <string_view>

#include "gateway/http/readiness.hpp"
#include "monitoring/metrics.hpp"

namespace gateway::http {

struct Answer {
    unsigned status = 200;
    std::string content_type;
    std::string body;
    std::string allow = {};  // the methods that would do; only with 405
};

/// What `method` of `target` is answered with: /metrics, /healthz and /readyz by GET or HEAD, nothing else.
[[nodiscard]] Answer answer_to(std::string_view method, std::string_view target, monitoring::Metrics& metrics,
                               const Readiness& readiness);

/// A line of plain text.
[[nodiscard]] Answer plain(unsigned status, std::string_view line);

}  // namespace gateway::http
