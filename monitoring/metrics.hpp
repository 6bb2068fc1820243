#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "monitoring/labels.hpp"
#include "monitoring/role_metrics.hpp"

namespace monitoring {

/// The names that may become label values. They come from the policy and the configuration, never from a
/// client.
struct KnownNames {
    std::vector<std::string> roles;
    std::vector<std::string> subjects;   // kinds: "customer"
    std::vector<std::string> databases;  // those that a policy governs
};

/// Everything that /metrics shows. Thread-safe; one per process, outlives whatever counts in it. Every time
/// series with a bounded label stands there from the start, at zero, so that alerts on increases work.
class Metrics {
public:
    Metrics();
    ~Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;

    /// At start and after each policy load. Names are only ever added; at most 200 roles, 50 subjects and 200
    /// databases get labels of their own.
    void know(const KnownNames& names);

    /// The series of a known role; any other role shares one under "other". Takes a lock: once per session.
    [[nodiscard]] RoleMetrics& role(std::string_view name);

    void login(LoginResult result);
    void backend_connect(BackendConnectResult result);

    /// Totals since the start, and what the plan cache holds now; best called from before_serialize().
    void plan_cache(std::uint64_t hits, std::uint64_t misses, std::size_t bytes);
    /// How many defects were survived since the start: exceptions that reached the end of a task.
    void internal_errors(std::uint64_t total);

    void catalog_refreshed(std::string_view database, bool succeeded);

    /// A reload was tried; a refused one leaves the policy as it was.
    void policy_reload(bool succeeded);
    /// The policy in force: the file's name without its folder, and the hash of its bytes.
    void policy_in_force(std::string_view file, std::string_view version);

    /// Whether the store of budgets that replicas share answers. Not shown before the first call.
    void shared_budgets_available(bool available);

    /// `detector` is policies::name_of(Detector::Of).
    void detection(std::string_view detector, DetectionAction action);
    void frozen_users(std::size_t count);
    void webhook_event(WebhookOutcome result);

    /// Whether /readyz says yes.
    void ready(bool ready);

    /// `sample` runs at the beginning of each serialize(), on its thread: for values that are cheaper to read
    /// than to keep up to date. What it captures must outlive this object.
    void before_serialize(std::function<void()> sample);

    /// Prometheus' text format. Takes milliseconds with many roles: not on a thread that serves sessions.
    [[nodiscard]] std::string serialize();

private:
    friend class BackendGauge;
    void backend_connections(BackendState state, int change);

    struct State;
    std::unique_ptr<State> state_;
};

/// Counts one back-end connection in tabir_backend_connections while it lives.
class BackendGauge {
public:
    explicit BackendGauge(Metrics& metrics, BackendState state = BackendState::connecting);
    ~BackendGauge();
    BackendGauge(const BackendGauge&) = delete;
    BackendGauge& operator=(const BackendGauge&) = delete;

    void now(BackendState state);

private:
    Metrics& metrics_;
    BackendState state_;
};

}  // namespace monitoring
