// COPY between the client and the back end.

#include "gateway/session/restricted_session.hpp"

namespace gateway::session {

using Kind = ExpectedAnswer::Kind;

void RestrictedSession::on_copy_out(const wire::Frame& frame) {
    ExpectedAnswer* answer = front();
    const bool due = answer != nullptr && !answer->refusal && !copying_out_ &&
                     (answer->kind == Kind::execute || answer->kind == Kind::query);
    const auto* statement = due ? statement_of(*answer) : nullptr;
    if (statement == nullptr || !statement->copy || statement->copy->from)
        return unexpected("CopyOutResponse out of place");
    const auto message = wire::decode_backend(frame);
    if (!message) return unexpected("CopyOutResponse that cannot be read");
    const auto& response = std::get<wire::CopyOutResponse>(*message);
    const auto& hidden = statement->printed.hidden;
    const auto total = response.column_formats.size();
    if (total < hidden.size()) return unexpected("fewer columns than were asked for");
    copying_out_ = true;
    const auto visible = total - hidden.size();
    if (!hidden.empty()) copy_rows_.emplace(*statement->copy, visible, hidden);
    if (!stopped_) to_client().copy_out_response(response.overall, response.column_formats, visible);
}

void RestrictedSession::on_copy_data(const wire::Frame& frame) {
    if (!copying_out_) return unexpected("CopyData out of place");
    if (stopped_) return;
    if (!copy_rows_) {
        ++rows_;
        to_client().raw(frame);
        return;
    }
    if (!copy_rows_->take(frame.body())) return unexpected("a row of COPY that cannot be read");
    if (copy_rows_->is_row()) {
        if (!charge_row(wire::Values::Iterator(copy_rows_->keys().data()), rows_of(*front()))) return;
        ++rows_;
    }
    to_client().copy_data(copy_rows_->shown());
}

void RestrictedSession::on_copy_done(const wire::Frame& frame) {
    if (!copying_out_) return unexpected("CopyDone out of place");
    copying_out_ = false;
    copy_rows_.reset();
    if (!stopped_) to_client().raw(frame);
}

}  // namespace gateway::session
