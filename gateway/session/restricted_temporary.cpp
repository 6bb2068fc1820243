// The session's temporary tables, read from its own back end between the client's messages.

#include "gateway/session/own_texts.hpp"
#include "gateway/session/restricted_session.hpp"
#include "gateway/wire/message_types.hpp"

namespace gateway::session {
namespace {

using Kind = ExpectedAnswer::Kind;

bool is_decided(char type) {
    namespace message = wire::frontend_type;
    return type == message::query || type == message::parse || type == message::bind ||
           type == message::describe || type == message::execute;
}

}  // namespace

std::uint64_t RestrictedSession::names_version() const {
    return search_path_.version() + temporary_.version() + person_.version();
}

bool RestrictedSession::must_read_temporary() const {
    if (!temporary_.stale() || temporary_unknown_ || skipping_ || copying_in_ ||
        status_ == wire::TransactionStatus::failed)
        return false;
    const auto next = client_.buffered();
    return !next.empty() && is_decided(next.front());
}

// Before the first message of a segment in a transaction of its own: within the client's it could be the
// query before which the isolation level must be set.
void RestrictedSession::read_temporary() {
    reading_temporary_ = true;
    temporary_.begin_reading();
    run_silently(temporary_read_name, TemporaryTables::query()).reads_temporary = true;
    if (segment_open_) {
        to_backend().flush();
    } else {
        to_backend().sync();
        expected_.emplace_back(ExpectedAnswer{.kind = Kind::sync, .silent = true});
    }
}

// What runs a prepared statement does what that one does.
bool RestrictedSession::sent_to_temporary(const enforcement::StatementPlan& statement) {
    const auto made_under =
        enforcement::temporary_circumstances(identity_.access.policy->policy(), asking_->person());
    const bool waits = temporary_.on_sent(statement, made_under);
    const bool runs_prepared =
        statement.kind == sql::StatementKind::execute || statement.kind == sql::StatementKind::explain;
    if (!runs_prepared || !statement.prepared) return waits;
    const auto prepared = prepared_.statement(statement.prepared->name);
    const auto* run = prepared ? prepared->statement() : nullptr;
    return (run != nullptr && temporary_.on_sent(*run, made_under)) || waits;
}

bool RestrictedSession::spreads_too_late(const Prepared& prepared) const {
    const auto* statement = prepared.statement();
    return statement != nullptr && statement->spreads_temporary && temporary_.holds_values();
}

void RestrictedSession::on_temporary_row(const wire::Frame& frame) {
    const auto row = wire::decode_data_row(frame);
    if (!row || !temporary_.take(*row)) unexpected("a temporary table that cannot be read");
}

void RestrictedSession::on_temporary_read() {
    temporary_.end_reading();
    expected_.pop_front();
    if (segment_open_) reading_temporary_ = false;
    if (steps_) next_step();
}

// Within a segment the error is the answer to what the client sent: the back end skips the rest of it, too.
bool RestrictedSession::failed_to_read_temporary() {
    if (!reading_temporary_) return false;
    const bool ours = front() != nullptr && front()->silent;
    if (segment_open_) {
        if (ours) reading_temporary_ = false;
        return false;
    }
    if (!ours) return false;
    temporary_unknown_ = true;
    search_path_.on_failed();
    person_.on_failed();
    while (expected_.size() > 1)
        expected_.pop_front();
    return true;
}

}  // namespace gateway::session
