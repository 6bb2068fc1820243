#include "monitoring/metrics/families.hpp"

namespace monitoring::metrics {
namespace {

// What most applications send; present from the start so that their rates begin at zero.
constexpr std::array<std::string_view, 2> common_kinds{"select", other};

}  // namespace

SubjectSeries::SubjectSeries(Families& families, const std::string& role, const std::string& subject)
    : revealed(families.subjects_revealed.Add({{"role", role}, {"subject", subject}})),
      misses(families.budget_misses.Add({{"role", role}, {"subject", subject}})),
      stops(families.budget_stops.Add({{"role", role}, {"subject", subject}})),
      face(*this) {}

RoleSeries::RoleSeries(Families& all, std::string name)
    : families(all),
      role(std::move(name)),
      masked(all.budget_masked.Add({{"role", role}})),
      rows(all.rows.Add({{"role", role}})),
      bytes_received(all.bytes_received.Add({{"role", role}})),
      bytes_sent(all.bytes_sent.Add({{"role", role}})),
      statements_(statement_kinds().size() * decision_count),
      errors_(sqlstate_classes().size()) {
    for (const auto reason : refusal_reasons()) {
        refusals.push_back(&all.refusals.Add({{"role", role}, {"reason", std::string(reason)}}));
    }
    for (std::size_t i = 0; i < decision_count; ++i) {
        const auto decision = static_cast<Decision>(i);
        const prometheus::Labels labels{{"role", role}, {"decision", std::string(name_of(decision))}};
        statement_duration[i] = &all.statement_duration.Add(labels, statement_buckets());
        gateway_duration[i] = &all.gateway_duration.Add(labels, gateway_buckets());
        for (const auto kind : common_kinds)
            statement(place_of(kind, statement_kinds()), decision);
    }
    for (std::size_t i = 0; i < session_state_count; ++i) {
        const auto state = std::string(name_of(static_cast<SessionState>(i)));
        sessions[i] = &all.sessions.Add({{"role", role}, {"state", state}});
    }
    error(place_of("42", sqlstate_classes()));
}

// Two threads that miss at once both add the series: Family::Add gives both the same one.
Counter& RoleSeries::statement(std::size_t kind, Decision decision) {
    auto& slot = statements_[kind * decision_count + static_cast<std::size_t>(decision)];
    if (auto* known = slot.load(std::memory_order_acquire)) return *known;
    auto& made = families.statements.Add({{"role", role},
                                          {"kind", std::string(statement_kinds()[kind])},
                                          {"decision", std::string(name_of(decision))}});
    slot.store(&made, std::memory_order_release);
    return made;
}

Counter& RoleSeries::error(std::size_t sqlstate_class) {
    auto& slot = errors_[sqlstate_class];
    if (auto* known = slot.load(std::memory_order_acquire)) return *known;
    auto& made = families.errors.Add(
        {{"role", role}, {"sqlstate_class", std::string(sqlstate_classes()[sqlstate_class])}});
    slot.store(&made, std::memory_order_release);
    return made;
}

}  // namespace monitoring::metrics
