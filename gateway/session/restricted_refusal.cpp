// How a refusal takes its place among the answers: the back end is sent what it refuses, too.

#include "gateway/session/message_refusals.hpp"
#include "gateway/session/own_texts.hpp"
#include "gateway/session/restricted_session.hpp"
#include "gateway/wire/cursor.hpp"
#include "gateway/wire/message_types.hpp"

namespace gateway::session {
namespace {

using Kind = ExpectedAnswer::Kind;

}  // namespace

void RestrictedSession::poison(enforcement::Refusal refusal, std::string_view statement_name) {
    metrics_.refused(sql::name_of(refusal.kind), policies::name_of(refusal.reason));
    to_backend().parse(statement_name, poison_text);
    expected_.push_back({.kind = Kind::parse, .refusal = std::move(refusal)});
    skipping_ = true;
}

// The frame could be followed: an error like any other.
void RestrictedSession::on_malformed(const wire::Frame& frame, wire::WireErrc error) {
    namespace type = wire::frontend_type;
    if (frame.type() == type::query || frame.type() == type::function_call)
        return poison_query(malformed(frame, error));
    if (frame.type() == type::bind) {
        wire::Cursor cursor(frame.body());
        (void)cursor.text();
        const auto statement = cursor.text();
        if (cursor.ok() && !prepared_.statement(statement))
            return poison(unknown_statement(statement), poison_name);
    }
    if (!skipping_) poison(malformed(frame, error), poison_name);
    if (frame.type() == type::sync) on_sync();
}

void RestrictedSession::poison_query(enforcement::Refusal refusal) {
    metrics_.refused(sql::name_of(refusal.kind), policies::name_of(refusal.reason));
    if (!segment_begun_ && expected_.empty() && status_ == wire::TransactionStatus::idle) {
        // Nothing is under way and nothing can be aborted: the back end need not hear of it.
        send_refusal(refusal);
        to_client().ready_for_query(status_);
        segment_open_ = false;
        finished(monitoring::Decision::refused);
        return;
    }
    to_backend().query(poison_text);
    expected_.push_back({.kind = Kind::query, .refusal = std::move(refusal)});
    segment_closed_ = true;
}

void RestrictedSession::send_refusal(const enforcement::Refusal& refusal) {
    to_client().error({.sqlstate = refusal.sqlstate,
                       .message = refusal.message,
                       .hint = refusal.hint,
                       .position = refusal.position.value_or(0)});
    metrics_.error(refusal.sqlstate);
}

}  // namespace gateway::session
