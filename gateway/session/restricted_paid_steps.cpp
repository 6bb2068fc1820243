// Statements that are paid for before they write (sql::PaidSteps): their rows are read, paid for, and then
// written, before the client hears of it. Its next message waits, and the Sync of a Query, so that nothing of
// them stays where somebody is not paid.

#include <algorithm>
#include <charconv>
#include <vector>

#include "gateway/session/own_texts.hpp"
#include "gateway/session/restricted_session.hpp"
#include "gateway/session/stale_names.hpp"
#include "sql/type_oids.hpp"

namespace gateway::session {
namespace {

using Kind = ExpectedAnswer::Kind;
using PaidStep = ExpectedAnswer::PaidStep;
using Own = sql::PaidSteps::Own;

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

const sql::PaidSteps& steps_of(const enforcement::StatementPlan& statement) {
    static const sql::PaidSteps none;
    return statement.printed.paid ? *statement.printed.paid : none;
}

/// "UPDATE 3"
std::size_t rows_of_tag(std::string_view tag) {
    std::size_t rows = 0;
    const auto number = tag.substr(tag.rfind(' ') + 1);
    std::from_chars(number.data(), number.data() + number.size(), rows);
    return rows;
}

wire::Bind bind_of(const Portal& portal) {
    const wire::Frame frame{portal.bind};
    return std::get<wire::Bind>(*wire::decode_frontend(frame));
}

/// Types for all parameters of the client's Bind. Those that the rows are read without have none of their
/// own: any that takes what it holds.
std::vector<std::uint32_t> types_for(const wire::Bind& bind, std::vector<std::uint32_t> types,
                                     const std::vector<int>& unread) {
    if (unread.empty()) return types;
    types.resize(std::max(types.size(), static_cast<std::size_t>(unread.back())), 0);
    for (const int parameter : unread) {
        const auto i = static_cast<std::size_t>(parameter - 1);
        types[i] =
            bind.parameter_formats.of(i) == wire::Format::binary ? sql::type_oid::bytea : sql::type_oid::text;
    }
    return types;
}

}  // namespace

void RestrictedSession::begin_bound_steps(ExpectedAnswer reading) {
    const auto bind = bind_of(*reading.portal);
    if (steps_of(*statement_of(reading)).runs == Own::first) {
        to_backend().execute(bind.portal);
        expected_.push_back(part_of(reading, Kind::execute));
        expected_.back().paid_step = PaidStep::prepares;
    }
    read_rows_to_pay(std::move(reading), &bind);
}

void RestrictedSession::begin_steps(ExpectedAnswer reading) {
    const auto& paid = steps_of(*statement_of(reading));
    if (paid.runs == Own::first) run_paid_step(reading, paid.own).paid_step = PaidStep::prepares;
    if (paid.runs == Own::never) {
        // What is wrong with it is found so.
        to_backend().close(wire::ObjectKind::statement, paid_step_name).parse(paid_step_name, paid.own);
        expected_.push_back(part_of(reading, Kind::close));
        expected_.push_back(part_of(reading, Kind::parse));
    }
    read_rows_to_pay(std::move(reading), nullptr);
    to_backend().flush();
}

void RestrictedSession::read_rows_to_pay(ExpectedAnswer reading, const wire::Bind* bind) {
    const auto& printed = statement_of(reading)->printed;
    for (const std::string& text : steps_of(*statement_of(reading)).before)
        run_paid_step(reading, text).paid_step = PaidStep::prepares;
    const auto types = bind == nullptr ? std::vector<std::uint32_t>()
                                       : types_for(*bind, parameter_types_of(*reading.portal->statement),
                                                   steps_of(*statement_of(reading)).unread);
    to_backend()
        .close(wire::ObjectKind::statement, paid_step_name)
        .parse(paid_step_name, printed.text, types);
    if (bind == nullptr)
        to_backend().bind(paid_step_name, paid_step_name, std::span<const wire::Value>{});
    else
        to_backend().bind(paid_step_name, paid_step_name, *bind, {});
    to_backend().execute(paid_step_name).close(wire::ObjectKind::portal, paid_step_name);
    for (const Kind kind : {Kind::close, Kind::parse, Kind::bind})
        expected_.push_back(part_of(reading, kind));
    auto closed = part_of(reading, Kind::close);
    reading.columns = printed.hidden.size();
    reading.paid_step = PaidStep::reads;
    expected_.push_back(std::move(reading));
    expected_.push_back(std::move(closed));
}

ExpectedAnswer& RestrictedSession::run_paid_step(const ExpectedAnswer& reading, std::string_view text) {
    ExpectedAnswer& executed = run_silently(paid_step_name, text);
    executed = part_of(reading, Kind::execute);
    return executed;
}

void RestrictedSession::write_paid_rows(std::string_view tag) {
    const ExpectedAnswer read = std::move(expected_.front());
    expected_.pop_front();
    const auto& paid = steps_of(*statement_of(read));
    ExpectedAnswer* last = nullptr;
    for (const std::string& text : paid.behind) {
        last = &run_paid_step(read, text);
        last->paid_step = PaidStep::writes;
    }
    if (paid.runs == Own::last && read.portal) {
        to_backend().execute(bind_of(*read.portal).portal);
        last = &expected_.emplace_back(part_of(read, Kind::execute));
    } else if (paid.runs == Own::last) {
        last = &run_paid_step(read, paid.own);
    }
    last->paid_step = PaidStep::ends;
    if (paid.runs == Own::first) last->tag = tag;
    if (paid.runs == Own::last) last->most_rows = 1 + rows_of_tag(tag);
    last->holds = read.holds;
    to_backend().flush();
}

void RestrictedSession::on_paid_step(std::string_view tag) {
    const ExpectedAnswer& step = expected_.front();
    if (step.paid_step != PaidStep::ends) {
        expected_.pop_front();
        return;
    }
    if (step.most_rows != 0 && rows_of_tag(tag) >= step.most_rows) {
        // Of more rows than fitted when they were asked for.
        const auto refusal = changed_meanwhile();
        charge_abandoned(now_);
        stopped_ = true;
        to_client().error({.sqlstate = refusal.sqlstate, .message = refusal.message, .hint = refusal.hint});
        metrics_.error(refusal.sqlstate);
    } else {
        to_client().command_complete(step.tag.empty() ? tag : step.tag);
    }
    execute_ended();
}

}  // namespace gateway::session
