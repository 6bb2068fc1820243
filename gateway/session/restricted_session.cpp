#include "gateway/session/restricted_session.hpp"

#include <utility>

#include "gateway/session/own_texts.hpp"
#include "gateway/wire/message_types.hpp"
#include "monitoring/log.hpp"

namespace gateway::session {
namespace {

// A restricted client's messages are gathered whole, because they are encoded anew.
constexpr wire::BodyLimit client_body_limit{64 * 1024 * 1024};
// What may wait unread behind a segment that is under way.
constexpr std::size_t client_backlog = 64 * 1024;

/// Of a message that needs no Sync to be answered by ReadyForQuery.
bool is_simple(char type) {
    return type == wire::frontend_type::query || type == wire::frontend_type::function_call;
}

}  // namespace

RestrictedSession::RestrictedSession(RestrictedServices services, RestrictedIdentity identity,
                                     monitoring::RoleMetrics& metrics)
    : services_(std::move(services)),
      identity_(std::move(identity)),
      metrics_(metrics),
      account_(services_.budgets, services_.detection, metrics),
      search_path_("search_path", identity_.search_path),
      person_(policies::person_setting, tracked(identity_.asker)),
      generation_(services_.policy_generation()),
      client_(wire::Peer::frontend, client_body_limit),
      backend_(wire::Peer::backend, wire::largest_body) {
    asking_ = session_reader();
    refresh_reader();
}

RestrictedSession::~RestrictedSession() {
    charge_abandoned(services_.clock());
    (void)account_.record();
}

void RestrictedSession::on_client(std::string_view bytes, TimePoint now, Effects& effects) {
    now_ = now;
    effects_ = &effects;
    const std::size_t sent_before = effects.to_client.size();
    if (!closed_) {
        client_.feed(bytes);
        take_client_messages();
    }
    record(sent_before);
    own_time_since(now);
}

void RestrictedSession::on_client_ended(TimePoint now, Effects& effects) {
    client_ended_ = true;
    on_client({}, now, effects);
}

void RestrictedSession::on_backend(std::string_view bytes, TimePoint now, Effects& effects) {
    now_ = now;
    effects_ = &effects;
    const std::size_t sent_before = effects.to_client.size();
    if (!closed_) backend_.feed(bytes);
    take_backend_messages();
    if (!closed_) take_client_messages();
    record(sent_before);
    own_time_since(now);
}

void RestrictedSession::take_backend_messages() {
    while (!closed_ && !budgets_asked_) {
        while (take_rows()) {
        }
        const auto frame = backend_.next();
        if (!frame) return unexpected("a message that cannot be read");
        if (!*frame) break;
        on_frame(**frame);
        if (budgets_asked_) {
            backend_.put_back(**frame);
        } else {
            account_.next_message();
            if (steps_ && steps_->await_budgets) await_budgets();
        }
    }
    if (backend_.buffered().empty()) backend_.release();
}

void RestrictedSession::on_backend_closed(TimePoint now, Effects& effects) {
    now_ = now;
    effects_ = &effects;
    if (closed_) return;
    close();  // the back end's own last words (57P01 and its kind) have been passed on before
}

void RestrictedSession::on_cancelled(TimePoint now, Effects& effects) {
    now_ = now;
    effects_ = &effects;
    cancelling_ = false;
    if (closed_) return;
    if (poison_due_) fail_segment();
    go_on();
}

bool RestrictedSession::may_read_catalog(std::chrono::milliseconds apart) const {
    return !catalog_read_ || now_ - *catalog_read_ >= apart;
}

void RestrictedSession::read_catalog() {
    catalog_read_ = now_;
    reading_catalog_ = true;
    effects_->read_catalog = true;
}

void RestrictedSession::on_catalog_read(TimePoint now, Effects& effects) {
    now_ = now;
    effects_ = &effects;
    catalog_read_ = now;
    reading_catalog_ = false;
    if (closed_) return;
    take_waiting_message();
    go_on();
}

void RestrictedSession::on_budgets_answered(TimePoint now, Effects& effects) {
    now_ = now;
    effects_ = &effects;
    const std::size_t sent_before = effects.to_client.size();
    budgets_asked_ = false;
    if (!closed_) {
        take_waiting_message();
        if (steps_ && std::exchange(steps_->await_budgets, false)) next_step();
        if (steps_ && steps_->await_budgets) await_budgets();  // what was answered was not enough
        cancelled_ = false;
        take_backend_messages();
        if (!closed_) go_on();
    }
    record(sent_before);
    own_time_since(now);
}

void RestrictedSession::on_cancel_requested(TimePoint now, Effects& effects) {
    now_ = now;
    effects_ = &effects;
    cancelled_ = waiting_message_.has_value() || (steps_ && steps_->await_budgets);
    if (!closed_ && !cancelled_) stop_cancelled();
    on_budgets_answered(now, effects);
}

void RestrictedSession::take_waiting_message() {
    if (!waiting_message_) return;
    const std::string bytes = std::move(*waiting_message_);
    waiting_message_.reset();
    on_frontend(wire::Frame{bytes});
}

// What waited for a cancel, the catalog or the budgets.
void RestrictedSession::go_on() {
    if (ready_waits_ && !cancelling_ && !reading_catalog_) {
        const auto status = *ready_waits_;
        ready_waits_.reset();
        pass_ready(status);
    }
    take_client_messages();
}

bool RestrictedSession::wants_client_bytes() const {
    return !closed_ && (message_incomplete_ || client_.buffered().size() < client_backlog);
}

bool RestrictedSession::at_rest() const {
    return !segment_open_ && expected_.empty() && status_ == wire::TransactionStatus::idle &&
           client_.buffered().empty();
}

void RestrictedSession::take_client_messages() {
    message_incomplete_ = false;
    while (!closed_ && may_take_client_message()) {
        if (must_read_temporary()) {
            read_temporary();
            break;
        }
        const auto frame = client_.next();
        if (!frame) return end_session(wire::sqlstate_of(frame.error()), wire::message_of(frame.error()));
        if (!*frame) {
            message_incomplete_ = true;
            if (client_ended_) close_when_answered();
            break;
        }
        on_frontend(**frame);
    }
    if (!closed_ && client_.buffered().empty()) client_.release();
}

bool RestrictedSession::may_take_client_message() {
    if (copying_in_ && !budgets_asked_) return true;
    if (segment_closed_ || steps_ || cancelling_ || poison_due_ || waiting_bind_ || reading_catalog_ ||
        budgets_asked_ || reading_temporary_)
        return false;
    const auto next = client_.buffered();
    if (next.empty()) return !held_ || client_ended_;
    // A Query that is run in steps, or that prepares anew what it names, is more than one message to the back
    // end. Where what stands before it fails, the back end skips it, and would take the Sync of those steps
    // for the client's.
    const bool waits_for_segment = !skipping_ && !expected_.empty() && is_simple(next.front());
    if (!held_ && !waits_for_segment) return true;
    // A counted Execute may yet be stopped. What follows it in the same implicit transaction must not have
    // run by then; a Sync right after it only ends that transaction, which matters if it made a change. It is
    // ignored, too, once data of a COPY is waited for (PostgreSQL docs, "COPY Operations").
    if (next.front() == wire::frontend_type::sync && executes_in_segment_ == 1 && !sync_waits_) return true;
    if (next.front() == wire::frontend_type::flush || next.front() == wire::frontend_type::terminate)
        return true;
    if (!flushed_) {
        flushed_ = true;
        to_backend().flush();
    }
    return false;
}

void RestrictedSession::end_session(std::string_view sqlstate, std::string_view message) {
    wire::BackendWriter(effects_->to_client)
        .error({.severity = wire::Severity::fatal, .sqlstate = sqlstate, .message = message});
    metrics_.error(sqlstate);
    close();
}

void RestrictedSession::close() {
    closed_ = true;
    effects_->close = true;
}

// Behind an Execute without a Sync the back end keeps its answer back; within the data of a COPY it has none.
void RestrictedSession::close_when_answered() {
    if (expected_.empty() || copying_in_) return close();
    if (!std::exchange(asked_for_last_, true)) to_backend().flush();
}

void RestrictedSession::unexpected(const char* what) {
    monitoring::log(monitoring::Level::error, "backend_protocol",
                    {{"user", identity_.user}, {"database", identity_.database}, {"what", what}});
    end_session("08P01", "the database answered in a way that cannot be checked");
}

std::optional<enforcement::Refusal> RestrictedSession::refresh_access() {
    if (cancelled_) {
        return enforcement::Refusal{.sqlstate = "57014",
                                    .reason = policies::Reason::not_countable,
                                    .message = std::string(cancelled_message)};
    }
    if (std::exchange(temporary_unknown_, false)) {
        return enforcement::Refusal{.sqlstate = "57014",
                                    .reason = policies::Reason::names,
                                    .message = "the session's temporary tables could not be read",
                                    .hint = "Run the statement again."};
    }
    if (const auto generation = services_.policy_generation(); generation != generation_) {
        auto access = services_.access_of(identity_.user, identity_.database);
        generation_ = generation;
        ++policy_mark_;
        no_access_.reset();
        if (auto* restricted = std::get_if<enforcement::RestrictedAccess>(&access)) {
            identity_.access = std::move(*restricted);
        } else if (auto* none = std::get_if<enforcement::NoAccess>(&access)) {
            no_access_ = std::move(*none);
        } else {
            // Unrestricted by now: this connection is a restricted one and stays it.
            no_access_ = enforcement::NoAccess{.sqlstate = "57P01",
                                               .message = "what this user may do has changed",
                                               .hint = "Connect again."};
        }
    }
    if (!no_access_) {
        refresh_reader();
        return std::nullopt;
    }
    return enforcement::Refusal{.sqlstate = no_access_->sqlstate,
                                .reason = policies::Reason::statement_kind,
                                .message = no_access_->message,
                                .hint = no_access_->hint};
}

void RestrictedSession::own_time_since(TimePoint start) { own_ += services_.clock() - start; }

void RestrictedSession::finished(monitoring::Decision decision) {
    metrics_.statement_took(decision, now_ - started_);
    metrics_.gateway_took(decision, own_);
    own_ = {};
}

wire::FrontendWriter RestrictedSession::to_backend() { return wire::FrontendWriter(effects_->to_backend); }
wire::BackendWriter RestrictedSession::to_client() { return wire::BackendWriter(effects_->to_client); }

}  // namespace gateway::session
