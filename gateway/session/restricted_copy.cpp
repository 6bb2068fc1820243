// COPY between the client and the back end.

#include <fmt/format.h>

#include "gateway/session/restricted_session.hpp"
#include "gateway/wire/message_types.hpp"

namespace gateway::session {
namespace {

using Kind = ExpectedAnswer::Kind;

}  // namespace

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
    if (!account_.waited() && !copy_rows_->take(frame.body()))
        return unexpected("a row of COPY that cannot be read");
    if (copy_rows_->is_row()) {
        const Rows rows = rows_of(*front());
        boost::container::small_vector<wire::Value, 4> keys;
        wire::Values::Iterator key(copy_rows_->keys().data());
        for (std::size_t i = 0; i < rows.plan->printed.hidden.size(); ++i, ++key)
            keys.push_back(*key);
        if (!charge_row({keys.data(), keys.size()}, rows)) return;
        ++rows_;
    }
    wire::BackendWriter(free_rows_.bytes()).copy_data(copy_rows_->shown());
    pass_free_rows(rows_of(*front()));
}

void RestrictedSession::on_copy_done(const wire::Frame& frame) {
    if (!copying_out_) return unexpected("CopyDone out of place");
    copying_out_ = false;
    copy_rows_.reset();
    // An empty answer that cannot be paid for ends as one that is stopped.
    if (!stopped_) wire::BackendWriter(free_rows_.bytes()).raw(frame);
}

void RestrictedSession::on_copy_in(const wire::Frame& frame) {
    ExpectedAnswer* answer = front();
    const bool due = answer != nullptr && !answer->refusal && !copying_in_ &&
                     (answer->kind == Kind::execute || answer->kind == Kind::query);
    const auto* statement = due ? statement_of(*answer) : nullptr;
    if (statement == nullptr || !statement->copy || !statement->copy->from)
        return unexpected("CopyInResponse out of place");
    held_ = false;
    copying_in_ = true;
    to_client().raw(frame);
}

void RestrictedSession::on_frontend_in_copy(const wire::Frame& frame) {
    namespace type = wire::frontend_type;
    if (frame.type() == type::flush || frame.type() == type::sync) return;
    if (frame.type() == type::copy_data) {
        to_backend().raw(frame);
        return;
    }
    copying_in_ = false;
    if (frame.type() == type::copy_done || frame.type() == type::copy_fail) {
        to_backend().raw(frame);
        return;
    }
    // PostgreSQL fails the COPY. So does CopyFail, which is harmless if the COPY has failed by now.
    front()->refusal = {.sqlstate = "08P01",
                        .reason = policies::Reason::syntax,
                        .kind = sql::StatementKind::copy,
                        .message = fmt::format("unexpected message type 0x{:02X} during COPY from stdin",
                                               static_cast<unsigned char>(frame.type()))};
    to_backend().copy_fail("an unexpected message");
}

}  // namespace gateway::session
