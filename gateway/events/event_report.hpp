#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "gateway/detection/security_event.hpp"
#include "gateway/events/webhook.hpp"
#include "monitoring/metrics.hpp"

namespace gateway::events {

/// Tells of security events: a metric and a log line before this returns, and the webhook, if there is one,
/// later. Thread-safe.
class EventReport {
public:
    /// `webhook`: nullptr: there is none.
    EventReport(monitoring::Metrics& metrics, Webhook* webhook);

    void tell(const detection::SecurityEvent& event);

private:
    monitoring::Metrics& metrics_;
    Webhook* webhook_;
    std::string process_;  // begins the identifiers of its events
    std::atomic<std::uint64_t> last_{0};
};

}  // namespace gateway::events
