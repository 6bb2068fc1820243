#include "gateway/events/event_report.hpp"

#include <fmt/format.h>

#include <vector>

#include "gateway/accounting/key_hash.hpp"
#include "monitoring/log.hpp"

namespace gateway::events {
namespace {

using monitoring::DetectionAction;
using monitoring::Field;

constexpr auto event_level = monitoring::Level::warning;
constexpr std::string_view event_name = "security_event";

std::string actions_of(const detection::SecurityEvent& event) {
    std::string actions = "alert";
    if (event.refused) actions += ",refuse";
    if (event.frozen) actions += ",freeze";
    return actions;
}

/// What the log line and the webhook's JSON hold. Views of the arguments.
std::vector<Field> fields_of(const detection::SecurityEvent& event, const std::string& id,
                             const std::string& actions) {
    std::vector<Field> fields{{"id", id},
                              {"detector", policies::name_of(event.detector)},
                              {"actions", actions},
                              {"person", event.person},
                              {"login", event.login},
                              {"role", event.role},
                              {"database", event.database},
                              {"kind", event.kind}};
    if (!event.subject.empty()) fields.emplace_back("subject", event.subject);
    fields.emplace_back("seen", event.seen);
    fields.emplace_back("usual", event.usual);
    fields.emplace_back("window_seconds", event.window.count());
    fields.emplace_back("rule", event.rule);
    return fields;
}

}  // namespace

EventReport::EventReport(monitoring::Metrics& metrics, Webhook* webhook)
    : metrics_(metrics),
      webhook_(webhook),
      process_(fmt::format("{:016x}", accounting::KeyHash::random_key().front())) {}

void EventReport::tell(const detection::SecurityEvent& event) {
    const auto* detector = policies::name_of(event.detector);
    if (event.refused) metrics_.detection(detector, DetectionAction::refuse);
    if (event.repeated) return;
    metrics_.detection(detector, DetectionAction::alert);
    if (event.frozen) metrics_.detection(detector, DetectionAction::freeze);
    const std::string id = fmt::format("{}-{}", process_, ++last_);
    const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(event.time.time_since_epoch());
    const std::string actions = actions_of(event);
    const std::string line =
        monitoring::format_line(time.count(), event_level, event_name, fields_of(event, id, actions));
    monitoring::log_line(event_level, line);
    if (webhook_ != nullptr) webhook_->send(line);
}

}  // namespace gateway::events
