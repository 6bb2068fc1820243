#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace gateway::events {

/// Where security events are sent.
struct WebhookSettings {
    std::string url;
    std::string secret_file;  // signs what is sent; empty: nothing does
    std::string ca_file;      // the roots that certificates are checked by; empty: the system's
    std::chrono::milliseconds timeout{5'000};
    std::uint64_t retries = 8;
    std::uint64_t queue = 1'000;  // events that may wait
};

}  // namespace gateway::events
