// How a refusal takes its place among the answers: the back end is sent what it refuses, too.

#include "gateway/session/own_texts.hpp"
#include "gateway/session/restricted_session.hpp"

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
