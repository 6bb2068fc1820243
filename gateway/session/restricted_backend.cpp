// What the back end answers: checked against what must come, counted, cut, scrubbed.

#include "gateway/session/error_scrub.hpp"
#include "gateway/session/restricted_session.hpp"
#include "gateway/wire/message_types.hpp"

namespace gateway::session {
namespace {

using Kind = ExpectedAnswer::Kind;
namespace type = wire::backend_type;

constexpr std::string_view hidden_prefix = "__tabir_";

/// Undefined or changed objects: the print was made from a catalog that is no longer true.
bool speaks_of_names(std::string_view sqlstate) {
    return sqlstate == "42P01" || sqlstate == "42703" || sqlstate == "42883" || sqlstate == "42704" ||
           sqlstate == "0A000";
}

StatementAt statement_at(const ExpectedAnswer* answer) {
    if (answer == nullptr) return {};
    return {.plan = answer->plan.get(),
            .statement = answer->statement,
            .client_text = answer->text ? std::string_view(*answer->text) : std::string_view{}};
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
        // LISTEN is refused, so nothing that a restricted client asked for can come here.
        case type::notification: return;
        // COPY, function calls and log-in messages: nothing that was sent asks for them.
        default: return unexpected("a message that nothing asked for");
    }
}

void RestrictedSession::on_row_description(const wire::Frame& frame) {
    ExpectedAnswer* answer = front();
    const bool due =
        answer != nullptr && !answer->refusal &&
        (answer->kind == Kind::describe_portal || (answer->kind == Kind::query && !answer->described) ||
         (answer->kind == Kind::describe_statement && answer->described));
    const auto* statement = due ? statement_of(*answer) : nullptr;
    if (statement == nullptr) return unexpected("RowDescription out of place");
    auto description = wire::decode_row_description(frame);
    if (!description) return unexpected("RowDescription that cannot be read");

    const auto hidden = statement->printed.hidden.size();
    auto& fields = description->fields;
    if (fields.size() < hidden) return unexpected("fewer columns than were asked for");
    const auto visible = fields.size() - hidden;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (fields[i].name.starts_with(hidden_prefix) != (i >= visible))
            return unexpected("columns out of place");
    }
    answer->columns = fields.size();
    if (answer->plan->statements.size() == 1)
        answer->plan->visible_columns->store(static_cast<int>(visible), std::memory_order_relaxed);

    if (!answer->silent && !stopped_) {
        if (hidden == 0) {
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
    const ExpectedAnswer* answer = front();
    if (answer == nullptr || answer->refusal ||
        !(answer->kind == Kind::describe_portal ||
          (answer->kind == Kind::describe_statement && answer->described)))
        return unexpected("NoData out of place");
    if (answer->plan && answer->plan->statements.size() == 1)
        answer->plan->visible_columns->store(0, std::memory_order_relaxed);
    if (!answer->silent) to_client().raw(frame);
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
}

void RestrictedSession::on_data_row(const wire::Frame& frame) {
    ExpectedAnswer* answer = front();
    const bool due = answer != nullptr && !answer->refusal &&
                     (answer->kind == Kind::execute || (answer->kind == Kind::query && answer->described));
    const auto* statement = due ? statement_of(*answer) : nullptr;
    if (statement == nullptr) return unexpected("a row out of place");
    if (stopped_) return;
    ++rows_;
    const auto& hidden = statement->printed.hidden;
    const auto row = wire::decode_data_row(frame);
    if (!row) return unexpected("a row that cannot be read");
    const auto total = row->columns.size();
    if (answer->kind == Kind::execute && answer->columns == 0) {
        const auto visible = answer->plan->visible_columns->load(std::memory_order_relaxed);
        answer->columns = visible >= 0 ? static_cast<std::size_t>(visible) + hidden.size() : total;
    }
    if (total != answer->columns || total < hidden.size())
        return unexpected("a row with another number of columns");
    if (hidden.empty()) {
        to_client().raw(frame);
        return;
    }
    const auto visible = total - hidden.size();
    const auto charged = account_.charge(row->columns.from(visible), hidden, identity_.access.role->budgets,
                                         now_, searches_of(*answer).found);
    if (std::holds_alternative<accounting::RowCounted>(charged)) {
        to_client().data_row_prefix(*row, visible);
    } else if (const auto* full = std::get_if<accounting::RowStopped>(&charged)) {
        --rows_;
        stop(full->exceeded, full->subject);
        effects_->cancel_backend = true;
        cancelling_ = true;
    } else {
        unexpected("a hidden key that cannot be read");
    }
}

SearchTally& RestrictedSession::searches_of(ExpectedAnswer& answer) {
    return answer.portal ? answer.portal->searches : answer.searches;
}

void RestrictedSession::on_command_complete(const wire::Frame& frame) {
    ExpectedAnswer* answer = front();
    const auto complete = wire::decode_command_complete(frame);
    const bool due = complete && answer != nullptr && !answer->refusal &&
                     (answer->kind == Kind::execute || answer->kind == Kind::query);
    const auto* statement = due ? statement_of(*answer) : nullptr;
    if (statement == nullptr) return unexpected("CommandComplete out of place");
    search_path_.on_completed(*statement, complete->tag);
    if (!stopped_) charge_searches(*answer, *statement);
    if (!stopped_) {
        if (statement->command_tag) {
            to_client().command_complete(*statement->command_tag);
        } else {
            to_client().raw(frame);
        }
    }
    metrics_.rows_sent(rows_);
    rows_ = 0;
    if (answer->kind == Kind::query) {
        ++answer->statement;
        answer->described = false;
        answer->searches = {};
    } else {
        execute_ended();
    }
}

void RestrictedSession::on_suspended(const wire::Frame& frame) {
    ExpectedAnswer* answer = front();
    const bool due = answer != nullptr && answer->kind == Kind::execute && !answer->refusal;
    const auto* statement = due ? statement_of(*answer) : nullptr;
    if (statement == nullptr) return unexpected("PortalSuspended out of place");
    // Who is left in the portal may never be asked for, so what was not found yet counts as a miss.
    if (!stopped_) charge_searches(*answer, *statement);
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
    expected_.pop_front();
    held_ = false;
    finished(monitoring::Decision::rewritten);
    // The rows were kept back, but the back end did not fail: its transaction has to.
    if (stopped_) fail_segment();
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
    ExpectedAnswer* answer = front();
    search_path_.on_failed();
    waiting_bind_.reset();
    held_ = false;
    metrics_.rows_sent(rows_);
    rows_ = 0;

    const auto* statement = answer != nullptr ? statement_of(*answer) : nullptr;
    if (answer != nullptr && answer->refusal) {
        send_refusal(*answer->refusal);
    } else if (!stopped_ && !fails_transaction_) {
        if (statement == nullptr || charge_failure(*answer, *statement)) {
            to_client().error_fields(ScrubbedReport(*error, statement_at(answer)).fields());
            metrics_.error(error->sqlstate());
        }
    }
    if (answer == nullptr) return;  // the back end's farewell
    if (speaks_of_names(error->sqlstate()) && !answer->refusal) services_.doubt_catalog(identity_.database);
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
}

void RestrictedSession::on_ready(wire::TransactionStatus status) {
    const ExpectedAnswer* answer = front();
    const bool due = answer != nullptr && expected_.size() == 1 &&
                     (answer->kind == Kind::sync ||
                      (answer->kind == Kind::query &&
                       (!answer->plan || answer->statement == answer->plan->statements.size())));
    if (!due) return unexpected("ReadyForQuery out of place");
    if (answer->kind == Kind::query && !answer->silent) finished(monitoring::Decision::rewritten);
    expected_.pop_front();
    pass_ready(status);
}

void RestrictedSession::pass_ready(wire::TransactionStatus status) {
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
    if (status == wire::TransactionStatus::idle) prepared_.drop_portals();
    search_path_.on_ready(status);
    segment_open_ = segment_closed_ = skipping_ = held_ = flushed_ = stopped_ = fails_transaction_ = false;
    executes_in_segment_ = 0;
    to_client().ready_for_query(status);
}

}  // namespace gateway::session
