#include "gateway/session/relay_watch.hpp"

#include <optional>
#include <utility>

#include "gateway/session/database_statements.hpp"
#include "gateway/wire/backend_messages.hpp"
#include "gateway/wire/message_types.hpp"

namespace gateway::session {
namespace {

using monitoring::Decision;
using monitoring::SessionState;

// Of an ErrorResponse only the SQLSTATE is wanted, which stands in front; parameters are short.
constexpr std::size_t gathered_at_most = 4096;

bool of_interest(char type) {
    return type == wire::backend_type::parameter_status || type == wire::backend_type::error ||
           type == wire::backend_type::ready_for_query || type == wire::backend_type::command_complete;
}

std::string_view sqlstate_in(wire::ByteView error_body) {
    while (!error_body.empty() && error_body.front() != '\0') {
        const char code = error_body.front();
        const auto end = error_body.find('\0', 1);
        if (end == wire::ByteView::npos) return {};
        if (code == 'C') return error_body.substr(1, end - 1);
        error_body.remove_prefix(end + 1);
    }
    return {};
}

// As much of a Query's or a Parse's text as came with its beginning.
std::optional<wire::ByteView> statement_text(const wire::FramePiece& piece) {
    if (piece.type == wire::frontend_type::query) return piece.body;
    if (piece.type != wire::frontend_type::parse) return std::nullopt;
    const auto name_end = piece.body.find('\0');
    if (name_end == wire::ByteView::npos) return std::nullopt;
    return piece.body.substr(name_end + 1);
}

}  // namespace

RelayWatch::RelayWatch(monitoring::RoleMetrics& metrics, backend::ReportedParameters& parameters)
    : metrics_(metrics),
      parameters_(parameters),
      gauge_(metrics),
      client_(wire::Peer::frontend, wire::largest_body),
      backend_(wire::Peer::backend, wire::largest_body) {}

RelayWatch::FromClient RelayWatch::on_client(wire::ByteView bytes) {
    const FromClient seen = follow_client(bytes);
    metrics_.bytes_from_client(bytes.size());
    if (seen.forward > 0 && !busy_) {
        busy_ = true;
        busy_since_ = std::chrono::steady_clock::now();
        gauge_.now(SessionState::active);
    }
    return seen;
}

RelayWatch::FromClient RelayWatch::follow_client(wire::ByteView bytes) {
    wire::ByteView rest = bytes;
    bool wants_alone = false;
    while (client_followed_) {
        const std::size_t before = bytes.size() - rest.size();
        const bool whole = client_.at_boundary();
        const auto next = client_.next(rest);
        if (!next) {
            client_followed_ = false;
            break;
        }
        const std::optional<wire::FramePiece>& found = *next;
        if (!found) break;
        const wire::FramePiece& piece = *found;
        if (!piece.first) continue;
        if (piece.type == wire::frontend_type::query || piece.type == wire::frontend_type::execute) {
            metrics_.statement("other", Decision::relayed);
        }
        if (const auto text = statement_text(piece)) wants_alone |= wants_database_alone(*text);
        // A Terminate whose header came in two pieces was half-forwarded already: then PostgreSQL gets the
        // rest.
        if (piece.type == wire::frontend_type::terminate && piece.last() && whole)
            return {before, true, wants_alone};
    }
    return {bytes.size(), false, wants_alone};
}

bool RelayWatch::on_backend(wire::ByteView bytes) {
    metrics_.bytes_to_client(bytes.size());
    std::uint64_t rows = 0;
    while (backend_followed_) {
        const auto next = backend_.next(bytes);
        if (!next) {
            backend_followed_ = false;
            break;
        }
        const std::optional<wire::FramePiece>& found = *next;
        if (!found) break;
        const wire::FramePiece& piece = *found;
        if (piece.type == wire::backend_type::data_row) {
            if (piece.first) ++rows;
            continue;
        }
        if (!of_interest(piece.type)) continue;
        if (piece.first && piece.last()) {
            on_backend_message(piece.type, piece.body);
            continue;
        }
        if (piece.first) gathered_.clear();
        gathered_.append(
            piece.body.substr(0, gathered_at_most - std::min(gathered_at_most, gathered_.size())));
        if (!piece.last()) continue;
        on_backend_message(piece.type, gathered_);
        gathered_ = {};
    }
    if (rows > 0) metrics_.rows_sent(rows);
    return status_ == 'I' && !busy_ && std::exchange(start_values_changed_, false);
}

void RelayWatch::on_backend_message(char type, wire::ByteView body) {
    if (type == wire::backend_type::ready_for_query) {
        if (!body.empty()) on_ready(body.front());
    } else if (type == wire::backend_type::error) {
        metrics_.error(sqlstate_in(body));
    } else if (type == wire::backend_type::command_complete) {
        if (body.starts_with("LOAD")) loaded_modules_ = true;
        if (changes_start_values(body)) start_values_changed_ = true;
    } else {
        const auto name_end = body.find('\0');
        if (name_end == wire::ByteView::npos) return;
        const auto value = body.substr(name_end + 1);
        parameters_.set(body.substr(0, name_end), value.substr(0, value.find('\0')));
    }
}

void RelayWatch::on_ready(char status) {
    status_ = status;
    if (busy_) metrics_.statement_took(Decision::relayed, std::chrono::steady_clock::now() - busy_since_);
    busy_ = false;
    gauge_.now(status == 'I' ? SessionState::idle : SessionState::in_transaction);
}

bool RelayWatch::at_rest() const {
    return !busy_ && status_ == 'I' && client_at_boundary() && backend_at_boundary();
}

}  // namespace gateway::session
