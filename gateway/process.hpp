#pragma once

#include "gateway/config/config.hpp"

namespace gateway {

/// Runs the gateway until SIGTERM or SIGINT: drains, then 0; a second one ends it at once. SIGHUP reads
/// users, policies, the certificate and the keys of tokens again. 2 when one of those is broken, and 1 when
/// it cannot listen: told on stderr, and nothing listens then.
[[nodiscard]] int run_process(config::Config config);

}  // namespace gateway
