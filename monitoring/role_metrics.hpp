#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>

#include "monitoring/labels.hpp"

namespace monitoring {

namespace metrics {
struct Families;
struct RoleSeries;
struct SubjectSeries;
}  // namespace metrics

/// What one role did to one kind of subject ("customer"). Lives as long as the Metrics that gave it.
class SubjectMetrics {
public:
    explicit SubjectMetrics(metrics::SubjectSeries& series) : series_(&series) {}

    /// So many people were shown who did not count against the user's budget before.
    void revealed(std::uint64_t people = 1);
    /// A search that found nobody, or a failed protected statement, was charged.
    void missed();
    /// A result was cut because the next person would have exceeded the budget.
    void budget_stopped();

private:
    metrics::SubjectSeries* series_;
};

/// The time series of one role; every call is a few nanoseconds and safe from any thread. Lives as long as
/// the Metrics that gave it: a session looks its role up once and keeps the reference.
class RoleMetrics {
public:
    RoleMetrics(metrics::Families& families, std::string_view role);
    ~RoleMetrics();
    RoleMetrics(const RoleMetrics&) = delete;
    RoleMetrics& operator=(const RoleMetrics&) = delete;

    /// One statement was relayed or rewritten. `kind` is sql::name_of(StatementKind); "other" where unknown.
    void statement(std::string_view kind, Decision decision);
    /// One statement was refused; counts it as a statement, too. `reason` is policies::name_of(Reason).
    void refused(std::string_view kind, std::string_view reason);
    /// From the statement's arrival to the last byte of its answer.
    void statement_took(Decision decision, std::chrono::nanoseconds whole);
    /// The part of that which the gateway itself spent: planning a statement, reading and counting its rows.
    void gateway_took(Decision decision, std::chrono::nanoseconds own);

    /// A statement shows masks because a budget is used up.
    void masked_at_limit();

    void rows_sent(std::uint64_t rows);
    void bytes_from_client(std::uint64_t bytes);
    void bytes_to_client(std::uint64_t bytes);
    /// An ErrorResponse went to the client, the database's or the gateway's own.
    void error(std::string_view sqlstate);

    /// The kinds that the policy names; any other shares one under "other". Look it up once, too.
    [[nodiscard]] SubjectMetrics& subject(std::string_view kind);

private:
    friend class Metrics;
    friend class SessionGauge;
    void add_subject(std::string_view kind);

    std::unique_ptr<metrics::RoleSeries> series_;
};

/// Counts one session in tabir_sessions while it lives, under the state that it is in.
class SessionGauge {
public:
    explicit SessionGauge(RoleMetrics& role, SessionState state = SessionState::idle);
    ~SessionGauge();
    SessionGauge(const SessionGauge&) = delete;
    SessionGauge& operator=(const SessionGauge&) = delete;

    void now(SessionState state);

private:
    RoleMetrics& role_;
    SessionState state_;
};

}  // namespace monitoring
