#include "monitoring/metrics.hpp"

#include <prometheus/text_serializer.h>

#include <map>
#include <mutex>
#include <set>

#include "monitoring/build_information.hpp"
#include "monitoring/metrics/families.hpp"
#include "monitoring/metrics/process.hpp"

namespace monitoring {
namespace {

constexpr std::size_t max_roles = 200;
constexpr std::size_t max_subjects = 50;
constexpr std::size_t max_databases = 200;

// prometheus-cpp's counters only grow: a total kept elsewhere is caught up with.
void raise_to(metrics::Counter& counter, double total) {
    if (const double missing = total - counter.Value(); missing > 0) counter.Increment(missing);
}

struct CatalogSeries {
    CatalogSeries(metrics::Families& families, const std::string& database)
        : succeeded(families.catalog_refreshes.Add({{"database", database}, {"result", "succeeded"}})),
          failed(families.catalog_refreshes.Add({{"database", database}, {"result", "failed"}})),
          refreshed(families.catalog_refreshed.Add({{"database", database}})) {}

    metrics::Counter& succeeded;
    metrics::Counter& failed;
    metrics::Gauge& refreshed;
};

struct PolicySeries {
    std::string version;
    metrics::Gauge* info = nullptr;
    metrics::Gauge* loaded = nullptr;
};

}  // namespace

struct Metrics::State {
    metrics::Families families;

    std::array<metrics::Counter*, login_result_count> logins{};
    std::array<metrics::Gauge*, backend_state_count> backends{};
    std::array<metrics::Counter*, backend_connect_result_count> backend_connects{};
    metrics::Counter& plan_cache_hits = families.plan_cache_hits.Add({});
    metrics::Counter& plan_cache_misses = families.plan_cache_misses.Add({});
    metrics::Gauge& plan_cache_bytes = families.plan_cache_bytes.Add({});
    metrics::Counter& reloads_succeeded = families.policy_reloads.Add({{"result", "succeeded"}});
    metrics::Counter& reloads_refused = families.policy_reloads.Add({{"result", "refused"}});
    metrics::Gauge& reload_successful = families.policy_reload_successful.Add({});
    std::vector<std::array<metrics::Counter*, detection_action_count>> detections;  // by place in detectors()
    metrics::Gauge& frozen_users = families.frozen_users.Add({});
    std::array<metrics::Counter*, webhook_outcome_count> webhook_events{};
    metrics::Counter& internal_errors = families.internal_errors.Add({});
    metrics::Gauge& ready = families.ready.Add({});
    metrics::Gauge& start_time = families.process_start_time.Add({});
    metrics::Gauge& resident_memory = families.process_resident_memory.Add({});
    metrics::Counter& cpu = families.process_cpu.Add({});
    metrics::Gauge& open_fds = families.process_open_fds.Add({});
    metrics::Gauge& max_fds = families.process_max_fds.Add({});

    std::mutex mutex;  // guards what follows
    std::map<std::string, std::unique_ptr<RoleMetrics>, std::less<>> roles;
    std::set<std::string> subjects;
    std::map<std::string, CatalogSeries, std::less<>> catalogs;
    std::map<std::string, PolicySeries, std::less<>> policies;
    std::vector<std::function<void()>> samplers;
    metrics::Gauge* shared_budgets = nullptr;

    void add_role(const std::string& name) {
        const auto made = roles.emplace(name, std::make_unique<RoleMetrics>(families, name)).first;
        for (const auto& subject : subjects)
            made->second->add_subject(subject);
    }
};

Metrics::Metrics() : state_(std::make_unique<State>()) {
    for (std::size_t i = 0; i < login_result_count; ++i) {
        const auto result = std::string(name_of(static_cast<LoginResult>(i)));
        state_->logins[i] = &state_->families.logins.Add({{"result", result}});
    }
    for (std::size_t i = 0; i < backend_state_count; ++i) {
        const auto state = std::string(name_of(static_cast<BackendState>(i)));
        state_->backends[i] = &state_->families.backend_connections.Add({{"state", state}});
    }
    for (std::size_t i = 0; i < backend_connect_result_count; ++i) {
        const auto result = std::string(name_of(static_cast<BackendConnectResult>(i)));
        state_->backend_connects[i] = &state_->families.backend_connects.Add({{"result", result}});
    }
    for (const std::string_view detector : detectors()) {
        auto& counters = state_->detections.emplace_back();
        for (std::size_t i = 0; i < detection_action_count; ++i) {
            const auto action = std::string(name_of(static_cast<DetectionAction>(i)));
            counters[i] =
                &state_->families.detections.Add({{"detector", std::string(detector)}, {"action", action}});
        }
    }
    for (std::size_t i = 0; i < webhook_outcome_count; ++i) {
        const auto result = std::string(name_of(static_cast<WebhookOutcome>(i)));
        state_->webhook_events[i] = &state_->families.webhook_events.Add({{"result", result}});
    }
    state_->families.build_info.Add({{"version", std::string(version())}}).Set(1);
    state_->reload_successful.Set(1);
    state_->add_role(std::string(other));
    state_->catalogs.try_emplace(std::string(other), state_->families, std::string(other));
}

Metrics::~Metrics() = default;

void Metrics::know(const KnownNames& names) {
    const std::scoped_lock lock(state_->mutex);
    for (const auto& subject : names.subjects) {
        if (state_->subjects.size() >= max_subjects || !state_->subjects.insert(subject).second) continue;
        for (auto& [name, role] : state_->roles)
            role->add_subject(subject);
    }
    for (const auto& role : names.roles) {
        if (state_->roles.size() <= max_roles && !state_->roles.contains(role)) state_->add_role(role);
    }
    for (const auto& database : names.databases) {
        if (state_->catalogs.size() > max_databases) break;
        state_->catalogs.try_emplace(database, state_->families, database);
    }
}

RoleMetrics& Metrics::role(std::string_view name) {
    const std::scoped_lock lock(state_->mutex);
    auto found = state_->roles.find(name);
    if (found == state_->roles.end()) found = state_->roles.find(other);
    return *found->second;
}

void Metrics::login(LoginResult result) { state_->logins[static_cast<std::size_t>(result)]->Increment(); }

void Metrics::backend_connect(BackendConnectResult result) {
    state_->backend_connects[static_cast<std::size_t>(result)]->Increment();
}

void Metrics::backend_connections(BackendState state, int change) {
    state_->backends[static_cast<std::size_t>(state)]->Increment(change);
}

void Metrics::internal_errors(std::uint64_t total) {
    const std::scoped_lock lock(state_->mutex);
    raise_to(state_->internal_errors, static_cast<double>(total));
}

void Metrics::plan_cache(std::uint64_t hits, std::uint64_t misses, std::size_t bytes) {
    const std::scoped_lock lock(state_->mutex);
    raise_to(state_->plan_cache_hits, static_cast<double>(hits));
    raise_to(state_->plan_cache_misses, static_cast<double>(misses));
    state_->plan_cache_bytes.Set(static_cast<double>(bytes));
}

void Metrics::catalog_refreshed(std::string_view database, bool succeeded) {
    const std::scoped_lock lock(state_->mutex);
    auto found = state_->catalogs.find(database);
    if (found == state_->catalogs.end()) found = state_->catalogs.find(other);
    auto& series = found->second;
    (succeeded ? series.succeeded : series.failed).Increment();
    if (succeeded) series.refreshed.SetToCurrentTime();
}

void Metrics::policy_reload(bool succeeded) {
    (succeeded ? state_->reloads_succeeded : state_->reloads_refused).Increment();
    state_->reload_successful.Set(succeeded ? 1 : 0);
}

void Metrics::policy_in_force(std::string_view file, std::string_view version) {
    const std::scoped_lock lock(state_->mutex);
    const auto name = std::string(file.substr(file.rfind('/') + 1));
    auto& series = state_->policies[name];
    if (series.version != version) {
        if (series.info != nullptr) state_->families.policy_info.Remove(series.info);
        series.version = std::string(version);
        series.info = &state_->families.policy_info.Add({{"policy", name}, {"version", series.version}});
        series.info->Set(1);
    }
    if (series.loaded == nullptr) series.loaded = &state_->families.policy_loaded.Add({{"policy", name}});
    series.loaded->SetToCurrentTime();
}

void Metrics::shared_budgets_available(bool available) {
    const std::scoped_lock lock(state_->mutex);
    if (state_->shared_budgets == nullptr)
        state_->shared_budgets = &state_->families.shared_budgets_available.Add({});
    state_->shared_budgets->Set(available ? 1 : 0);
}

void Metrics::detection(std::string_view detector, DetectionAction action) {
    state_->detections[place_of(detector, detectors())][static_cast<std::size_t>(action)]->Increment();
}

void Metrics::frozen_users(std::size_t count) { state_->frozen_users.Set(static_cast<double>(count)); }

void Metrics::webhook_event(WebhookOutcome result) {
    state_->webhook_events[static_cast<std::size_t>(result)]->Increment();
}

void Metrics::ready(bool ready) { state_->ready.Set(ready ? 1 : 0); }

void Metrics::before_serialize(std::function<void()> sample) {
    const std::scoped_lock lock(state_->mutex);
    state_->samplers.push_back(std::move(sample));
}

std::string Metrics::serialize() {
    std::vector<std::function<void()>> samplers;
    {
        const std::scoped_lock lock(state_->mutex);
        samplers = state_->samplers;
    }
    for (const auto& sample : samplers)
        sample();
    const auto process = metrics::sample_process();
    const std::scoped_lock lock(state_->mutex);
    state_->start_time.Set(process.start_time_seconds);
    state_->resident_memory.Set(process.resident_bytes);
    state_->open_fds.Set(process.open_fds);
    state_->max_fds.Set(process.max_fds);
    raise_to(state_->cpu, process.cpu_seconds);
    return prometheus::TextSerializer().Serialize(state_->families.registry.Collect());
}

BackendGauge::BackendGauge(Metrics& metrics, BackendState state) : metrics_(metrics), state_(state) {
    metrics_.backend_connections(state_, 1);
}

BackendGauge::~BackendGauge() { metrics_.backend_connections(state_, -1); }

void BackendGauge::now(BackendState state) {
    if (state == state_) return;
    metrics_.backend_connections(state_, -1);
    metrics_.backend_connections(state, 1);
    state_ = state;
}

}  // namespace monitoring
