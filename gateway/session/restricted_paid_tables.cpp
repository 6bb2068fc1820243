// Temporary tables of people who are counted (sql::PaidTable): made empty, read for, paid for, and then
// written, before the client hears of it. Its next message waits, and the Sync of a Query, so that nothing of
// it stays where somebody is not paid.

#include "gateway/session/own_texts.hpp"
#include "gateway/session/restricted_session.hpp"

namespace gateway::session {
namespace {

using Kind = ExpectedAnswer::Kind;
using PaidStep = ExpectedAnswer::PaidStep;

/// A message of ours, which costs what the statement does if it fails.
ExpectedAnswer part_of(const ExpectedAnswer& reading, Kind kind) {
    return {.kind = kind,
            .silent = true,
            .for_query = reading.for_query,
            .asked_by = reading.asked_by,
            .payers = reading.payers,
            .plan = reading.plan,
            .statement = reading.statement,
            .portal = reading.portal};
}

}  // namespace

void RestrictedSession::make_bound_table(ExpectedAnswer reading) {
    // Its Execute is on its way: of the statement that makes the table.
    expected_.push_back(part_of(reading, Kind::execute));
    expected_.back().paid_step = PaidStep::makes;
    const std::string bytes = reading.portal->bind;
    const wire::Frame frame{bytes};
    const auto message = wire::decode_frontend(frame);
    read_for_table(std::move(reading), &std::get<wire::Bind>(*message));
}

void RestrictedSession::make_table(ExpectedAnswer reading) {
    run_paid_step(reading, statement_of(reading)->printed.paid_table->before.front()).paid_step =
        PaidStep::makes;
    read_for_table(std::move(reading), nullptr);
    to_backend().flush();
}

void RestrictedSession::read_for_table(ExpectedAnswer reading, const wire::Bind* bind) {
    const auto& printed = statement_of(reading)->printed;
    for (std::size_t i = 1; i < printed.paid_table->before.size(); ++i)
        run_paid_step(reading, printed.paid_table->before[i]).paid_step = PaidStep::makes;
    const auto types =
        bind == nullptr ? std::vector<std::uint32_t>() : parameter_types_of(*reading.portal->statement);
    to_backend()
        .close(wire::ObjectKind::statement, paid_table_name)
        .parse(paid_table_name, printed.text, types);
    if (bind == nullptr)
        to_backend().bind(paid_table_name, paid_table_name, std::span<const wire::Value>{});
    else
        to_backend().bind(paid_table_name, paid_table_name, *bind, {});
    to_backend().execute(paid_table_name).close(wire::ObjectKind::portal, paid_table_name);
    for (const Kind kind : {Kind::close, Kind::parse, Kind::bind})
        expected_.push_back(part_of(reading, kind));
    auto closed = part_of(reading, Kind::close);
    reading.columns = printed.hidden.size();
    reading.paid_step = PaidStep::reads;
    expected_.push_back(std::move(reading));
    expected_.push_back(std::move(closed));
}

ExpectedAnswer& RestrictedSession::run_paid_step(const ExpectedAnswer& reading, std::string_view text) {
    ExpectedAnswer& executed = run_silently(paid_table_name, text);
    executed = part_of(reading, Kind::execute);
    return executed;
}

void RestrictedSession::write_table(std::string_view tag) {
    const ExpectedAnswer read = std::move(expected_.front());
    expected_.pop_front();
    ExpectedAnswer* last = nullptr;
    for (const std::string& text : statement_of(read)->printed.paid_table->behind) {
        last = &run_paid_step(read, text);
        last->paid_step = PaidStep::writes;
    }
    last->paid_step = PaidStep::ends;
    last->tag = tag;
    last->holds = read.holds;
    to_backend().flush();
}

void RestrictedSession::on_paid_step() {
    if (expected_.front().paid_step != PaidStep::ends) {
        expected_.pop_front();
        return;
    }
    to_client().command_complete(expected_.front().tag);
    execute_ended();
}

}  // namespace gateway::session
