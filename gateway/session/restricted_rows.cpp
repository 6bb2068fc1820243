// Rows of the back end: counted, cut, passed on.

#include "gateway/session/message_refusals.hpp"
#include "gateway/session/restricted_session.hpp"
#include "gateway/session/row_keys.hpp"
#include "gateway/session/row_run.hpp"
#include "gateway/session/stale_names.hpp"
#include "gateway/wire/message_types.hpp"

namespace gateway::session {

RestrictedSession::Rows RestrictedSession::due_rows() {
    ExpectedAnswer* const answer = front();
    const bool due = answer != nullptr && !answer->refusal &&
                     (answer->kind == ExpectedAnswer::Kind::execute ||
                      (answer->kind == ExpectedAnswer::Kind::query && answer->described));
    return due ? rows_of(*answer) : Rows{};
}

// Nothing but a charge happens to them. What else becomes of the first that cannot be charged so,
// on_data_row() finds.
bool RestrictedSession::take_rows() {
    if (!backend_.buffered().starts_with(wire::backend_type::data_row) || stopped_ || account_.waited())
        return false;
    ExpectedAnswer* const answer = front();
    if (answer == nullptr || answer->reads_temporary || answer->columns == 0 || answer->moves() ||
        answer->row_limit > 0)
        return false;
    const Rows rows = due_rows();
    if (rows.plan == nullptr || rows.plan->printed.hides_rows) return false;
    const auto& hidden = rows.plan->printed.hidden;
    if (!RowRun::holds(hidden) || answer->columns < rows.plan->printed.cut_columns()) return false;

    RowRun run(RowKeys(answer->columns, rows.plan->printed, rows.key_formats));
    while (!run.full()) {
        const auto frame = backend_.next();
        if (!frame || !*frame) break;
        if (run.take(**frame)) continue;
        backend_.put_back(**frame);
        break;
    }
    const auto charged =
        account_.charge_in_order(*rows.payers, run.sightings(), rows.plan->printed, now_, *rows.findings);
    const auto shown = run.charged_rows(charged);
    const auto paid = hidden.empty() ? shown : run.newly_charged_rows(charged);
    if (paid > 0) {
        free_rows_.give(effects_->to_client);
        rows.findings->charged = true;
    }
    run.write(0, paid, effects_->to_client);
    run.write(paid, shown, free_rows_.bytes());
    rows_ += shown;
    if (!keep_free_rows(rows)) return false;
    account_.paid_so_far(run.charged_of_next(charged));
    run.put_back_behind(shown, backend_);
    return run.full() && shown == run.rows();
}

void RestrictedSession::on_data_row(const wire::Frame& frame) {
    ExpectedAnswer* const answer = front();
    if (answer != nullptr && answer->reads_temporary) return on_temporary_row(frame);
    if (answer != nullptr && answer->paid_step == ExpectedAnswer::PaidStep::prepares) return;
    const Rows rows = due_rows();
    if (rows.plan == nullptr) return unexpected("a row out of place");
    if (stopped_) return;
    const bool shown = !answer->moves() && !rows.plan->printed.hides_rows;
    const auto& printed = rows.plan->printed;
    const std::size_t cut = printed.cut_columns();
    const auto row = wire::decode_data_row(frame);
    if (!row) return unexpected("a row that cannot be read");
    const auto total = row->columns.size();
    if (answer->kind == ExpectedAnswer::Kind::execute && answer->columns == 0) {
        const auto visible = rows.plan->visible_columns.known();
        answer->columns = visible >= 0 ? static_cast<std::size_t>(visible) + cut : total;
    }
    if (total != answer->columns || total < cut) return unexpected("a row with another number of columns");
    RowKeys keys(total, printed, rows.key_formats);
    boost::container::small_vector<wire::Value, 4> values;
    if (!keys.read(*row, [&](std::size_t, wire::Value key) { return values.push_back(key), true; }))
        return read_catalog_for_key();
    if (!values.empty() && !charge_row({values.data(), values.size()}, rows)) return;
    if (account_.newly_charged()) rows.findings->charged = true;
    if (!shown) return;
    ++rows_;
    if (answer->row_limit > 0 && rows_ > answer->row_limit) return hold_row(*row, keys.visible());
    if (values.empty()) {
        to_client().raw(frame);
    } else {
        wire::BackendWriter(free_rows_.bytes()).data_row_prefix(*row, keys.visible());
        pass_free_rows(rows);
    }
}

// The column is of another type by now than the catalog has.
void RestrictedSession::read_catalog_for_key() {
    catalog_doubt_ = reads_of_what_changed_apart;
    stop_with(changed_meanwhile());
}

void RestrictedSession::hold_row(const wire::DataRow& row, std::size_t visible) {
    std::string kept;
    wire::BackendWriter(kept).data_row_prefix(row, visible);
    held_bytes_ += kept.size();
    if (held_bytes_ <= HeldRows::most_bytes) return front()->portal->held.hold(std::move(kept));
    stop_with(limited_rows());
}

bool RestrictedSession::ends_with_held_rows(const ExpectedAnswer& answer, std::string_view tag) {
    if (answer.kind != ExpectedAnswer::Kind::execute || !answer.portal) return false;
    HeldRows& held = answer.portal->held;
    std::size_t given = rows_;
    if (held.is_made()) {
        given = held.give(answer.row_limit, effects_->to_client);
        rows_ = given;
    } else if (answer.row_limit == 0 || rows_ < answer.row_limit) {
        return false;
    } else {
        held.made(tag);
        given = answer.row_limit;
    }
    if (answer.row_limit > 0 && given == answer.row_limit)
        to_client().portal_suspended();
    else
        to_client().command_complete(held.tag(given));
    return true;
}

}  // namespace gateway::session
