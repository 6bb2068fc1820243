#pragma once

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "monitoring/labels.hpp"
#include "monitoring/role_metrics.hpp"

namespace monitoring::metrics {

using Counter = prometheus::Counter;
using Gauge = prometheus::Gauge;
using Histogram = prometheus::Histogram;

/// Every metric of the gateway by name, with its help text, in one registry.
struct Families {
    Families();

    prometheus::Registry registry;

    prometheus::Family<Counter>& statements;
    prometheus::Family<Counter>& refusals;
    prometheus::Family<Histogram>& statement_duration;
    prometheus::Family<Histogram>& gateway_duration;
    prometheus::Family<Counter>& subjects_revealed;
    prometheus::Family<Counter>& budget_misses;
    prometheus::Family<Counter>& budget_stops;
    prometheus::Family<Counter>& budget_masked;
    prometheus::Family<Counter>& detections;
    prometheus::Family<Gauge>& frozen_users;
    prometheus::Family<Counter>& webhook_events;
    prometheus::Family<Counter>& rows;
    prometheus::Family<Counter>& bytes_received;
    prometheus::Family<Counter>& bytes_sent;
    prometheus::Family<Counter>& errors;
    prometheus::Family<Gauge>& sessions;
    prometheus::Family<Counter>& logins;
    prometheus::Family<Gauge>& backend_connections;
    prometheus::Family<Counter>& backend_connects;
    prometheus::Family<Counter>& plan_cache_hits;
    prometheus::Family<Counter>& plan_cache_misses;
    prometheus::Family<Gauge>& plan_cache_bytes;
    prometheus::Family<Counter>& catalog_refreshes;
    prometheus::Family<Gauge>& catalog_refreshed;
    prometheus::Family<Counter>& policy_reloads;
    prometheus::Family<Gauge>& policy_reload_successful;
    prometheus::Family<Gauge>& policy_info;
    prometheus::Family<Gauge>& policy_loaded;
    prometheus::Family<Counter>& internal_errors;
    prometheus::Family<Gauge>& shared_budgets_available;
    prometheus::Family<Gauge>& ready;
    prometheus::Family<Gauge>& build_info;
    prometheus::Family<Gauge>& process_start_time;
    prometheus::Family<Gauge>& process_resident_memory;
    prometheus::Family<Counter>& process_cpu;
    prometheus::Family<Gauge>& process_open_fds;
    prometheus::Family<Gauge>& process_max_fds;
};

/// Upper bounds in seconds. A statement takes from a cached point query to a report of a minute; the
/// gateway's own part of it from a cache hit to the parsing of a very large text.
[[nodiscard]] const Histogram::BucketBoundaries& statement_buckets();
[[nodiscard]] const Histogram::BucketBoundaries& gateway_buckets();

/// The series of one role and one kind of subject.
struct SubjectSeries {
    SubjectSeries(Families& families, const std::string& role, const std::string& subject);

    Counter& revealed;
    Counter& misses;
    Counter& stops;
    SubjectMetrics face;
};

/// The series of one role. Those of rare labels (statement kinds, SQLSTATE classes) are made when first
/// needed.
struct RoleSeries {
    RoleSeries(Families& all, std::string name);

    Counter& statement(std::size_t kind, Decision decision);
    Counter& error(std::size_t sqlstate_class);

    Families& families;
    const std::string role;
    std::vector<Counter*> refusals;  // by place in refusal_reasons()
    std::array<Histogram*, decision_count> statement_duration{};
    std::array<Histogram*, decision_count> gateway_duration{};
    std::array<Gauge*, session_state_count> sessions{};
    Counter& masked;
    Counter& rows;
    Counter& bytes_received;
    Counter& bytes_sent;

    std::map<std::string, std::unique_ptr<SubjectSeries>, std::less<>> subjects;
    std::mutex subjects_mutex;

private:
    std::vector<std::atomic<Counter*>> statements_;  // by kind, then decision
    std::vector<std::atomic<Counter*>> errors_;      // by place in sqlstate_classes()
};

}  // namespace monitoring::metrics
