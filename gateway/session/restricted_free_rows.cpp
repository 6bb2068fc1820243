// Rows that nobody is charged for, and what is run as a whole where they could tell of somebody.

#include "gateway/accounting/budget_words.hpp"
#include "gateway/session/message_refusals.hpp"
#include "gateway/session/restricted_session.hpp"
#include "gateway/session/row_plan.hpp"

namespace gateway::session {

// Behind a row whose people are charged now, or were seen before.
void RestrictedSession::pass_free_rows(const Rows& rows) {
    if (account_.newly_charged())
        free_rows_.give(effects_->to_client);
    else
        (void)keep_free_rows(rows);
}

bool RestrictedSession::keep_free_rows(const Rows& rows) {
    if (!free_rows_.is_many()) return true;
    const auto full = used_up(*rows.plan, *rows.findings, *rows.payers);
    if (!full) {
        // Whoever comes next is paid for, if it is one; and what fails is charged for that it was not here.
        ++rows.findings->given_free;
        free_rows_.give(effects_->to_client);
        return true;
    }
    if (free_rows_.keep_on()) return true;
    stop_with(too_many_free_rows());
    report_stop(*full, *kinds_asked_of(*rows.plan).begin());
    return false;
}

bool RestrictedSession::must_run_whole(const Portal& portal) {
    const auto* rows = row_plan(*portal.shown().statement);
    if (rows == nullptr) return false;
    return is_counted_change(*rows) || portal.held.is_made() || rows->printed.shows_ranks ||
           used_up(*rows, portal.shown().findings, *asking_->limits().payers()).has_value();
}

std::optional<accounting::Exceeded> RestrictedSession::used_up(const enforcement::StatementPlan& rows,
                                                               const accounting::Findings& findings,
                                                               const Payers& payers) {
    if (rows.printed.hidden.empty()) return std::nullopt;
    const auto room = findings.room_for_a_slice();
    const auto kinds = kinds_asked_of(rows);
    // Misses come out of the budget of people where there is none of their own.
    const bool own = services_.budgets.counts_misses(payers.accounts);
    if (auto full = services_.budgets.people_used_up(payers.accounts, kinds, rows.printed.in_clear, now_,
                                                     own ? 1 : room))
        return full;
    return own ? services_.budgets.misses_used_up(payers.accounts, now_, room) : std::nullopt;
}

std::optional<enforcement::Refusal> RestrictedSession::check_slice(
    const enforcement::StatementPlan& statement, const enforcement::StatementPlan& rows,
    const accounting::Findings& findings) {
    if (statement.kind != sql::StatementKind::fetch || statement.cursor->all) return std::nullopt;
    if (rows.printed.shows_ranks) return ranks_in_part(statement.kind);  // of a portal that no DECLARE made
    const auto full = used_up(rows, findings, *asking_->limits().payers());
    if (!full) return std::nullopt;
    report_stop(*full, *kinds_asked_of(rows).begin());
    return enforcement::Refusal{.sqlstate = "54000",
                                .reason = policies::Reason::not_countable,
                                .kind = statement.kind,
                                .message = accounting::words_of(*full).message,
                                .hint = "Read all rows of people seen before at once: FETCH ALL."};
}

}  // namespace gateway::session
