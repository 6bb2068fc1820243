#include "monitoring/role_metrics.hpp"

#include "monitoring/metrics/families.hpp"

namespace monitoring {
namespace {

double seconds(std::chrono::nanoseconds duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

void SubjectMetrics::revealed(std::uint64_t people) {
    series_->revealed.Increment(static_cast<double>(people));
}
void SubjectMetrics::missed() { series_->misses.Increment(); }
void SubjectMetrics::budget_stopped() { series_->stops.Increment(); }

RoleMetrics::RoleMetrics(metrics::Families& families, std::string_view role)
    : series_(std::make_unique<metrics::RoleSeries>(families, std::string(role))) {
    add_subject(other);
}

RoleMetrics::~RoleMetrics() = default;

void RoleMetrics::statement(std::string_view kind, Decision decision) {
    series_->statement(place_of(kind, statement_kinds()), decision).Increment();
}

void RoleMetrics::refused(std::string_view kind, std::string_view reason) {
    statement(kind, Decision::refused);
    series_->refusals[place_of(reason, refusal_reasons())]->Increment();
}

void RoleMetrics::statement_took(Decision decision, std::chrono::nanoseconds whole) {
    series_->statement_duration[static_cast<std::size_t>(decision)]->Observe(seconds(whole));
}

void RoleMetrics::gateway_took(Decision decision, std::chrono::nanoseconds own) {
    series_->gateway_duration[static_cast<std::size_t>(decision)]->Observe(seconds(own));
}

void RoleMetrics::masked_at_limit() { series_->masked.Increment(); }

void RoleMetrics::rows_sent(std::uint64_t rows) { series_->rows.Increment(static_cast<double>(rows)); }

void RoleMetrics::bytes_from_client(std::uint64_t bytes) {
    series_->bytes_received.Increment(static_cast<double>(bytes));
}

void RoleMetrics::bytes_to_client(std::uint64_t bytes) {
    series_->bytes_sent.Increment(static_cast<double>(bytes));
}

void RoleMetrics::error(std::string_view sqlstate) {
    series_->error(place_of(sqlstate.substr(0, 2), sqlstate_classes())).Increment();
}

SubjectMetrics& RoleMetrics::subject(std::string_view kind) {
    const std::scoped_lock lock(series_->subjects_mutex);
    auto found = series_->subjects.find(kind);
    if (found == series_->subjects.end()) found = series_->subjects.find(other);
    return found->second->face;
}

void RoleMetrics::add_subject(std::string_view kind) {
    const std::scoped_lock lock(series_->subjects_mutex);
    std::string name(kind);
    if (series_->subjects.contains(name)) return;
    auto made = std::make_unique<metrics::SubjectSeries>(series_->families, series_->role, name);
    series_->subjects.emplace(std::move(name), std::move(made));
}

SessionGauge::SessionGauge(RoleMetrics& role, SessionState state) : role_(role), state_(state) {
    role_.series_->sessions[static_cast<std::size_t>(state_)]->Increment();
}

SessionGauge::~SessionGauge() { role_.series_->sessions[static_cast<std::size_t>(state_)]->Decrement(); }

void SessionGauge::now(SessionState state) {
    if (state == state_) return;
    role_.series_->sessions[static_cast<std::size_t>(state_)]->Decrement();
    role_.series_->sessions[static_cast<std::size_t>(state)]->Increment();
    state_ = state;
}

}  // namespace monitoring
