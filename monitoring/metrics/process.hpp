#pragma once

namespace monitoring::metrics {

struct ProcessSample {
    double start_time_seconds = 0;  // since 1970
    double resident_bytes = 0;
    double cpu_seconds = 0;  // user and system
    double open_fds = 0;
    double max_fds = 0;
};

/// Reads /proc/self (proc(5)); what cannot be read stays 0.
[[nodiscard]] ProcessSample sample_process();

}  // namespace monitoring::metrics
