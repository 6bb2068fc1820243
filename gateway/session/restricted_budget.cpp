// What becomes of a statement that would show more people than the budget.

#include <algorithm>

#include "gateway/accounting/budget_words.hpp"
#include "gateway/session/restricted_session.hpp"
#include "monitoring/log.hpp"

namespace gateway::session {

void RestrictedSession::stop(const accounting::Exceeded& exceeded, const std::string& subject) {
    const auto words = accounting::words_of(exceeded, subject);
    to_client().error({.sqlstate = "54000", .message = words.message, .hint = words.hint});
    metrics_.error("54000");
    metrics_.subject(subject).budget_stopped();
    monitoring::log(monitoring::Level::warning, "budget_stopped",
                    {{"user", identity_.user},
                     {"role", identity_.access.role->name},
                     {"subject", subject},
                     {"seen", exceeded.seen},
                     {"allowed", exceeded.allowed}});
    stopped_ = true;
}

namespace {

int searched_values(const ExpectedAnswer& answer, const enforcement::StatementPlan& plan) {
    return plan.printed.searched_values + (answer.portal ? answer.portal->searched_values : 0);
}

}  // namespace

bool RestrictedSession::charge_rest(ExpectedAnswer& answer, const enforcement::StatementPlan& plan) {
    auto& findings = findings_of(answer);
    const auto misses = findings.take_misses(searched_values(answer, plan), plan.printed.empty_answers);
    if (misses != 1 || !findings.asked) return charge_misses(misses, plan);
    const auto stopped = account_.charge_asked(findings, identity_.access.role->budgets, now_);
    if (!stopped) return true;
    stop(stopped->exceeded, stopped->subject);
    return false;
}

bool RestrictedSession::charge_failure(ExpectedAnswer& answer, const enforcement::StatementPlan& plan) {
    if (!plan.printed.reads_protected) return true;
    return charge_misses(
        std::max<std::uint64_t>(1, findings_of(answer).take_misses(searched_values(answer, plan), false)),
        plan);
}

bool RestrictedSession::charge_misses(std::uint64_t misses, const enforcement::StatementPlan& plan) {
    const auto stopped =
        account_.charge_misses(misses, plan.printed.hidden, identity_.access.role->budgets, now_);
    if (!stopped) return true;
    stop(stopped->exceeded, stopped->subject);
    return false;
}

void RestrictedSession::fail_segment() {
    // With Sync sent already, pass_ready() sees to it that an open transaction block fails.
    if (segment_closed_) return;
    if (cancelling_) {
        poison_due_ = true;
        return;
    }
    poison_due_ = false;
    to_backend().parse(poison_name, poison_text);
    expected_.push_back({.kind = ExpectedAnswer::Kind::parse, .silent = true});
    skipping_ = true;
}

}  // namespace gateway::session
