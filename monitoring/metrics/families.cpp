#include "monitoring/metrics/families.hpp"

namespace monitoring::metrics {
namespace {

prometheus::Family<Counter>& counter(prometheus::Registry& registry, const char* name, const char* help) {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

prometheus::Family<Gauge>& gauge(prometheus::Registry& registry, const char* name, const char* help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}

prometheus::Family<Histogram>& histogram(prometheus::Registry& registry, const char* name, const char* help) {
    return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
}

}  // namespace

Families::Families()
    : statements(counter(registry, "tabir_statements_total",
                         "Statements of clients, by role, kind and what was decided.")),
      refusals(
          counter(registry, "tabir_refusals_total", "Statements refused by the policy, by role and reason.")),
      statement_duration(histogram(registry, "tabir_statement_duration_seconds",
                                   "Time from a statement's arrival to the last byte of its answer.")),
      gateway_duration(
          histogram(registry, "tabir_gateway_duration_seconds",
                    "The gateway's own part of a statement's time: planning it, reading its rows.")),
      subjects_revealed(counter(registry, "tabir_subjects_revealed_total",
                                "People shown who did not count against their reader's budget before.")),
      budget_misses(
          counter(registry, "tabir_budget_misses_total",
                  "Searches that found nobody and failed protected statements, charged to a budget.")),
      budget_stops(counter(registry, "tabir_budget_stops_total",
                           "Results cut because the next person would have exceeded a budget.")),
      budget_masked(counter(registry, "tabir_budget_masked_statements_total",
                            "Statements that showed masks because a budget is used up (at_limit: mask).")),
      detections(counter(registry, "tabir_detections_total",
                         "What looked like browsing, by detector and what was done.")),
      frozen_users(gauge(registry, "tabir_frozen_users", "People and log-ins that are frozen.")),
      webhook_events(counter(registry, "tabir_webhook_events_total",
                             "Security events for the webhook, by what became of them.")),
      rows(counter(registry, "tabir_rows_total", "Rows sent to clients.")),
      bytes_received(counter(registry, "tabir_client_received_bytes_total", "Bytes received from clients.")),
      bytes_sent(counter(registry, "tabir_client_sent_bytes_total", "Bytes sent to clients.")),
      errors(
          counter(registry, "tabir_errors_total", "Errors sent to clients, by role and class of SQLSTATE.")),
      sessions(gauge(registry, "tabir_sessions", "Sessions that are logged in, by role and state.")),
      logins(counter(registry, "tabir_logins_total", "Attempts to log in, by how they ended.")),
      backend_connections(
          gauge(registry, "tabir_backend_connections", "Connections to PostgreSQL, by state.")),
      backend_connects(counter(registry, "tabir_backend_connects_total",
                               "Attempts to connect to PostgreSQL, by how they ended.")),
      plan_cache_hits(counter(registry, "tabir_plan_cache_hits_total",
                              "Statements of restricted roles whose plan was in the cache.")),
      plan_cache_misses(counter(registry, "tabir_plan_cache_misses_total",
                                "Statements of restricted roles that had to be analyzed.")),
      plan_cache_bytes(
          gauge(registry, "tabir_plan_cache_bytes",
                "Memory that plans of restricted roles' statements take, at most limits.plan_cache.")),
      catalog_refreshes(counter(registry, "tabir_catalog_refreshes_total",
                                "Readings of a database's catalog, by database and result.")),
      catalog_refreshed(gauge(registry, "tabir_catalog_refreshed_timestamp_seconds",
                              "When a database's catalog was last read; 0: never.")),
      policy_reloads(
          counter(registry, "tabir_policy_reloads_total", "Attempts to reload the policy, by result.")),
      policy_reload_successful(gauge(registry, "tabir_policy_last_reload_successful",
                                     "1: the last reload of the policy succeeded; 0: it was refused.")),
      policy_info(gauge(registry, "tabir_policy_info",
                        "1 for each policy in force; version is the hash of the file.")),
      policy_loaded(gauge(registry, "tabir_policy_loaded_timestamp_seconds",
                          "When the policy in force was loaded; 0: never.")),
      internal_errors(
          counter(registry, "tabir_internal_errors_total", "Defects of the gateway that it survived.")),
      shared_budgets_available(
          gauge(registry, "tabir_shared_budgets_available",
                "1: Redis, through which replicas share budgets, answers; 0: counted people are not shown.")),
      ready(
          gauge(registry, "tabir_ready", "1: the gateway accepts sessions; 0: it starts, drains or failed.")),
      build_info(gauge(registry, "tabir_build_info", "1, with the gateway's version.")),
      process_start_time(
          gauge(registry, "process_start_time_seconds", "When the process started, in seconds since 1970.")),
      process_resident_memory(
          gauge(registry, "process_resident_memory_bytes", "Memory of the process that is in RAM.")),
      process_cpu(
          counter(registry, "process_cpu_seconds_total", "CPU time of the process, user and system.")),
      process_open_fds(gauge(registry, "process_open_fds", "Open file descriptors of the process.")),
      process_max_fds(gauge(registry, "process_max_fds", "File descriptors that the process may open.")) {}

const Histogram::BucketBoundaries& statement_buckets() {
    static const Histogram::BucketBoundaries seconds{0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                     0.1,     0.25,   0.5,   1,      2.5,   10,   60};
    return seconds;
}

const Histogram::BucketBoundaries& gateway_buckets() {
    static const Histogram::BucketBoundaries seconds{0.000005, 0.00001, 0.000025, 0.00005, 0.0001,
                                                     0.00025,  0.0005,  0.001,    0.0025,  0.005,
                                                     0.01,     0.025,   0.1,      1};
    return seconds;
}

}  // namespace monitoring::metrics
