// What the back end answers: checked against what must come, counted, cut, scrubbed.

#include <utility>

#include "gateway/session/error_scrub.hpp"
#include "gateway/session/message_refusals.hpp"
#include "gateway/session/own_texts.hpp"
#include "gateway/session/restricted_session.hpp"
#include "gateway/session/row_plan.hpp"
#include "gateway/session/stale_names.hpp"
#include "gateway/wire/message_types.hpp"

namespace gateway::session {
namespace {

using Kind = ExpectedAnswer::Kind;
namespace type = wire::backend_type;

constexpr std::string_view fetch_tag = "FETCH ";

StatementAt statement_at(const ExpectedAnswer* answer) {
    if (answer == nullptr) return {};
    return {.plan = answer->plan.get(),
            .statement = answer->statement,
            .client_text = answer->text ? std::string_view(*answer->text) : std::string_view{}};
}

bool is_renewal(const ExpectedAnswer& answer) {
    return answer.silent && !answer.for_query && (answer.kind == Kind::parse || answer.kind == Kind::execute);
}

}  // namespace

ExpectedAnswer* RestrictedSession::front() { return expected_.empty() ? nullptr : &expected_.front(); }

const enforcement::StatementPlan* RestrictedSession::statement_of(const ExpectedAnswer& answer) {
    if (!answer.plan || answer.statement >= answer.plan->statements.size()) return nullptr;
    return &answer.plan->statements[answer.statement];
}

void RestrictedSession::on_frame(const wire::Frame& frame) {
    switch (frame.type()) {
        case type::data_row: return on_data_row(frame);
        case type::row_description: return on_row_description(frame);
        case type::no_data: return on_no_data(frame);
        case type::parameter_description: return on_parameter_description(frame);
        case type::command_complete: return on_command_complete(frame);
        case type::empty_query: return on_empty_query(frame);
        case type::copy_in: return on_copy_in(frame);
        case type::copy_out: return on_copy_out(frame);
        case type::copy_data: return on_copy_data(frame);
        case type::copy_done: return on_copy_done(frame);
        case type::portal_suspended: return on_suspended(frame);
        case type::parse_complete: return on_plain_answer(frame, Kind::parse);
        case type::bind_complete: return on_plain_answer(frame, Kind::bind);
        case type::close_complete: return on_plain_answer(frame, Kind::close);
        case type::error: return on_error(frame);
        case type::ready_for_query: {
            const auto ready = wire::decode_ready_for_query(frame);
            return ready ? on_ready(ready->status) : unexpected("ReadyForQuery of no known status");
        }
        case type::parameter_status: to_client().raw(frame); return;
        case type::notice: return on_notice(frame);
        case type::notification:
            if (identity_.access.role->may_run("listen")) to_client().raw(frame);
            return;
        // Function calls and log-in messages: nothing that was sent asks for them.
        default: return unexpected("a message that nothing asked for");
    }
}

void RestrictedSession::on_row_description(const wire::Frame& frame) {
    ExpectedAnswer* answer = front();
    const bool due =
        answer != nullptr && !answer->refusal &&
        (answer->kind == Kind::describe_portal || (answer->kind == Kind::query && !answer->described) ||
         (answer->kind == Kind::describe_statement && answer->described));
    const auto* rows = due ? rows_of(*answer).plan : nullptr;
    if (rows == nullptr) return unexpected("RowDescription out of place");
    auto description = wire::decode_row_description(frame);
    if (!description) return unexpected("RowDescription that cannot be read");

    const auto cut = rows->printed.cut_columns();
    auto& fields = description->fields;
    if (fields.size() < cut) return unexpected("fewer columns than were asked for");
    const auto visible = fields.size() - cut;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (fields[i].name.starts_with(own_prefix) != (i >= visible))
            return unexpected("columns out of place");
    }
    answer->columns = fields.size();
    rows->visible_columns.learn(visible);

    if (!answer->silent && !stopped_) {
        if (answer->moves() || rows->printed.hides_rows) {
            if (answer->kind != Kind::query && !answer->for_query) to_client().no_data();
        } else if (cut == 0) {
            to_client().raw(frame);
        } else {
            fields.resize(visible);
            to_client().row_description(fields);
        }
    }
    if (answer->kind == Kind::query) {
        answer->described = true;
    } else {
        described();
    }
}

void RestrictedSession::on_no_data(const wire::Frame& frame) {
    ExpectedAnswer* answer = front();
    if (answer == nullptr || answer->refusal ||
        !(answer->kind == Kind::describe_portal ||
          (answer->kind == Kind::describe_statement && answer->described)))
        return unexpected("NoData out of place");
    if (const auto* rows = rows_of(*answer).plan) rows->visible_columns.learn(0);
    if (!answer->silent && !answer->for_query) to_client().raw(frame);
    described();
}

void RestrictedSession::described() {
    const bool for_bind = front()->silent && waiting_bind_;
    expected_.pop_front();
    if (for_bind) on_described_for_bind();
}

void RestrictedSession::on_parameter_description(const wire::Frame& frame) {
    ExpectedAnswer* answer = front();
    if (answer == nullptr || answer->kind != Kind::describe_statement || answer->described)
        return unexpected("ParameterDescription out of place");
    answer->described = true;
    if (!answer->silent) to_client().raw(frame);
}

void RestrictedSession::on_plain_answer(const wire::Frame& frame, Kind kind) {
    const ExpectedAnswer* answer = front();
    // A poison that was understood would mean that the server reads another language than we think.
    if (answer == nullptr || answer->kind != kind || answer->refusal)
        return unexpected("an answer out of place");
    if (!answer->silent) to_client().raw(frame);
    expected_.pop_front();
    if (waiting_query_ && expected_.empty()) on_query_prepared();
}

void RestrictedSession::on_command_complete(const wire::Frame& frame) {
    ExpectedAnswer* answer = front();
    if (answer != nullptr && answer->reads_temporary) return on_temporary_read();
    using PaidStep = ExpectedAnswer::PaidStep;
    const auto complete = wire::decode_command_complete(frame);
    if (complete && answer != nullptr && answer->paid_step != PaidStep::none &&
        answer->paid_step != PaidStep::reads)
        return on_paid_step(complete->tag);
    const bool due = complete && answer != nullptr && !answer->refusal &&
                     (answer->kind == Kind::execute || answer->kind == Kind::query);
    const auto* statement = due ? statement_of(*answer) : nullptr;
    if (statement == nullptr) return unexpected("CommandComplete out of place");
    if (copying_in_ || copying_out_) return unexpected("the end of a COPY out of place");
    if (!stopped_) charge_end(*statement, rows_of(*answer));
    if (budgets_asked_) return;
    if (statement->kind == sql::StatementKind::fetch) rows_of(*answer).findings->end_slice();
    free_rows_.give(effects_->to_client);
    free_rows_.drop();
    search_path_.on_completed(*statement, complete->tag);
    person_.on_completed(*statement, complete->tag);
    remember(*answer);
    if (!stopped_ && answer->paid_step == PaidStep::reads) return write_paid_rows(complete->tag);
    if (!stopped_ && !answer->silent && !ends_with_held_rows(*answer, complete->tag)) {
        if (statement->command_tag) {
            to_client().command_complete(*statement->command_tag);
        } else if (answer->moves() && complete->tag.starts_with(fetch_tag)) {
            to_client().command_complete("MOVE " + std::string(complete->tag.substr(fetch_tag.size())));
        } else {
            to_client().raw(frame);
        }
    }
    metrics_.rows_sent(rows_);
    rows_ = 0;
    if (answer->kind == Kind::query) {
        statement_of_query_ended(*answer, *statement);
        ++answer->statement;
        answer->described = false;
        answer->findings = {};
        answer->portal.reset();
    } else {
        if (answer->for_query) statement_of_query_ended(*answer, *statement);
        execute_ended();
    }
}

void RestrictedSession::on_suspended(const wire::Frame& frame) {
    ExpectedAnswer* answer = front();
    const bool due = answer != nullptr && answer->kind == Kind::execute && !answer->refusal;
    const Rows rows = due ? rows_of(*answer) : Rows{};
    if (rows.plan == nullptr) return unexpected("PortalSuspended out of place");
    // Who is left in the portal may never be asked for, so what was not found yet counts as a miss.
    if (!stopped_) charge_rest(rows);
    if (budgets_asked_) return;
    rows.findings->end();
    rows.findings->end_slice();
    free_rows_.give(effects_->to_client);
    if (!stopped_) to_client().raw(frame);
    metrics_.rows_sent(rows_);
    rows_ = 0;
    execute_ended();
}

void RestrictedSession::on_empty_query(const wire::Frame& frame) {
    const ExpectedAnswer* answer = front();
    const bool due = answer != nullptr && !answer->refusal && answer->plan &&
                     answer->plan->statements.empty() &&
                     (answer->kind == Kind::execute || answer->kind == Kind::query);
    if (!due) return unexpected("EmptyQueryResponse out of place");
    to_client().raw(frame);
    if (answer->kind == Kind::execute) execute_ended();
}

void RestrictedSession::execute_ended() {
    if (expected_.front().holds) held_ = false;
    expected_.pop_front();
    finished(monitoring::Decision::rewritten);
    // The rows were kept back, but the back end did not fail: its transaction has to.
    if (stopped_)
        fail_segment();
    else if (steps_)
        next_step();
}

void RestrictedSession::on_notice(const wire::Frame& frame) {
    const auto message = wire::decode_backend(frame);
    if (!message) return unexpected("a notice that cannot be read");
    const auto& notice = std::get<wire::NoticeResponse>(*message);
    const ScrubbedReport scrubbed(notice, statement_at(front()));
    if (scrubbed.as_the_server_said()) to_client().notice_fields(scrubbed.fields());
}

void RestrictedSession::on_error(const wire::Frame& frame) {
    const auto error = wire::decode_error(frame);
    if (!error) return unexpected("an error that cannot be read");
    if (failed_to_read_temporary()) return;
    ExpectedAnswer* answer = front();
    const bool reads_people = answer != nullptr && fails_on_counted(*answer, *error);
    const bool refused = answer != nullptr && answer->refusal;
    // A client can make an error that looks like a pin's: it costs what any other does.
    const bool told = !refused && !stopped_ && !fails_transaction_ &&
                      (answer == nullptr || charge_failure(*answer, *error));
    if (budgets_asked_) return;
    free_rows_.drop();
    search_path_.on_failed();
    person_.on_failed();
    waiting_bind_.reset();
    held_ = false;
    metrics_.rows_sent(rows_);
    rows_ = 0;

    const bool fails_query = std::exchange(waiting_query_, std::nullopt) || steps_;
    copying_in_ = copying_out_ = false;
    copy_rows_.reset();

    const bool stale = is_stale_pin(*error) ||
                       (answer != nullptr && is_renewal(*answer) && misses_a_name(error->sqlstate()));
    if (refused) {
        send_refusal(*answer->refusal);
    } else if (told && stale) {
        send_refusal(changed_meanwhile());
    } else if (told && is_of_changed_settings(*error)) {
        send_refusal(changed_settings(*identity_.access.role));
    } else if (told && is_of_a_moved_row(*error)) {
        send_refusal(moved_row(*identity_.access.role));
    } else if (told && is_of_a_far_parameter(*error)) {
        send_refusal(far_parameter());
    } else if (const auto masked = column_of_a_mask(*error); told && masked) {
        send_refusal(stored_mask(*identity_.access.role, *masked));
    } else if (told) {
        StatementAt at = statement_at(answer);
        at.reads_counted = reads_people;
        to_client().error_fields(ScrubbedReport(*error, at).fields());
        metrics_.error(error->sqlstate());
    }
    if (answer == nullptr) return;                    // the back end's farewell
    if (error->sqlstate() == "0A000") ++parse_mark_;  // "cached plan must not change result type"
    if (!answer->refusal) {
        if (stale) catalog_doubt_ = reads_of_what_changed_apart;
        if (!stale && speaks_of_names(error->sqlstate())) catalog_doubt_ = reads_on_a_guess_apart;
    }
    if (answer->kind == Kind::query) {
        answer->plan.reset();  // nothing but ReadyForQuery may come now
        return;
    }
    if (!stopped_) finished(monitoring::Decision::rewritten);
    // The back end skips to the next Sync, and what it skips did not happen.
    const bool sync_sent = expected_.back().kind == Kind::sync;
    while (!expected_.empty()) {
        prepared_.take_back(expected_.back().undo);
        expected_.pop_back();
    }
    if (sync_sent) expected_.push_back({.kind = Kind::sync});
    segment_closed_ = sync_sent;
    skipping_ = !sync_sent;
    if (fails_query && !sync_sent) end_steps();
}

void RestrictedSession::on_ready(wire::TransactionStatus status) {
    const ExpectedAnswer* answer = front();
    const bool due = answer != nullptr && expected_.size() == 1 &&
                     (answer->kind == Kind::sync ||
                      (answer->kind == Kind::query &&
                       (!answer->plan || answer->statement == answer->plan->statements.size())));
    if (!due) return unexpected("ReadyForQuery out of place");
    if (answer->kind == Kind::query && !answer->silent) finished(monitoring::Decision::rewritten);
    const bool for_query = answer->kind == Kind::sync && answer->silent && waiting_query_;
    expected_.pop_front();
    if (std::exchange(reading_temporary_, false)) {
        status_ = status;
        return;
    }
    if (for_query) return on_query_prepared();
    pass_ready(status);
}

void RestrictedSession::pass_ready(wire::TransactionStatus status) {
    const auto doubt = std::exchange(catalog_doubt_, std::nullopt);
    if (doubt && may_read_catalog(*doubt)) read_catalog();  // so the next try works
    if (reading_catalog_) {
        ready_waits_ = status;
        return;
    }
    if (cancelling_) {
        // A late cancel would hit the next statement.
        ready_waits_ = status;
        return;
    }
    if (stopped_ && status == wire::TransactionStatus::in_transaction) {
        // The statement was stopped too late to fail by itself; its transaction block must fail all the same.
        fails_transaction_ = true;
        to_backend().query(poison_text);
        expected_.push_back({.kind = Kind::query, .silent = true});
        return;
    }
    status_ = status;
    if (status == wire::TransactionStatus::idle) {
        prepared_.end_transaction();
        held_bytes_ = 0;
        remembered_.reset();
    }
    search_path_.on_ready(status);
    person_.on_ready(status);
    temporary_.on_ready(status);
    segment_open_ = segment_begun_ = segment_closed_ = skipping_ = held_ = flushed_ = stopped_ =
        fails_transaction_ = false;
    executes_in_segment_ = 0;
    to_client().ready_for_query(status);
}

}  // namespace gateway::session
