// A simple Query that runs as Parse, Bind and Execute, one statement after the other. Its Sync, which ends
// its transaction, is sent when all of them have been answered: a change that shows too many people can be
// taken back, and what stands behind a statement that makes a temporary table is decided when that is there.

#include <algorithm>

#include "gateway/enforcement/refusals.hpp"
#include "gateway/session/own_texts.hpp"
#include "gateway/session/restricted_session.hpp"
#include "gateway/session/row_plan.hpp"

namespace gateway::session {
namespace {

using Kind = ExpectedAnswer::Kind;
/// As many blanks as characters come before `begin`, and the rest: places in it are the same to a client.
std::string from_there(std::string_view text, std::size_t begin) {
    const auto before = std::ranges::count_if(
        text.substr(0, begin), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; });
    return std::string(static_cast<std::size_t>(before), ' ').append(text.substr(begin));
}

}  // namespace

void RestrictedSession::run_in_steps(std::string_view text,
                                     std::shared_ptr<const enforcement::MessagePlan> message) {
    auto whole = std::make_shared<const std::string>(text);
    steps_.emplace(Steps{.whole = whole, .text = whole, .plan = std::move(message)});
    next_step();
}

void RestrictedSession::next_step() {
    const auto& statements = steps_->plan->statements;
    if (steps_->next < statements.size()) return send_step(statements[steps_->next++]);
    if (!steps_->plan->rest) return end_steps();
    // What stands behind is decided by the temporary tables that there are by now.
    if (temporary_.stale()) return read_temporary();
    // Unless a comment of the whole text says for whom it is asked, that may be another person by now.
    auto refused = ask_by(*steps_->whole);
    if (!refused) refused = refresh_access();
    if (!refused && !services_.budgets.ready(asking_->limits().whole(), now_)) {
        steps_->await_budgets = true;
        return;
    }
    steps_->text = std::make_shared<const std::string>(from_there(*steps_->text, *steps_->plan->rest));
    steps_->next = 0;
    auto plan = refused ? enforcement::Plan(*std::move(refused)) : planned(*steps_->text, context());
    if (auto* refusal = std::get_if<enforcement::Refusal>(&plan)) {
        if (refusal->reason == policies::Reason::names) catalog_doubt_ = reads_on_a_guess_apart;
        return refuse_step(std::move(*refusal));
    }
    steps_->plan = std::get<std::shared_ptr<const enforcement::MessagePlan>>(std::move(plan));
    announce(*steps_->plan);
    next_step();
}

void RestrictedSession::send_step(const enforcement::StatementPlan& statement) {
    if (!runs_in_steps(statement))
        return refuse_step(enforcement::temporary_in_the_middle(statement.kind, *identity_.access.role));
    // Those before it may have used up the last one.
    if (auto short_of = check_misses(statement)) return refuse_step(*std::move(short_of));
    count_statement(statement, &statement);
    (void)sent_to_temporary(statement);
    auto alone = std::make_shared<enforcement::MessagePlan>();
    alone->statements.push_back(statement);
    if (runs_in_paid_steps(statement)) {
        return begin_steps({.kind = Kind::execute,
                            .for_query = true,
                            .asked_by = asking_->view(),
                            .payers = asking_->limits().payers(),
                            .plan = std::move(alone),
                            .text = steps_->text});
    }
    to_backend()
        .parse("", statement.printed.text)
        .bind("", "", std::span<const wire::Value>{})
        .describe(wire::ObjectKind::portal, "");
    to_backend().execute("").flush();
    for (const Kind kind : {Kind::parse, Kind::bind, Kind::describe_portal, Kind::execute}) {
        expected_.push_back({.kind = kind,
                             .silent = kind == Kind::parse || kind == Kind::bind,
                             .for_query = true,
                             .asked_by = asking_->view(),
                             .payers = asking_->limits().payers(),
                             .plan = alone,
                             .text = steps_->text});
    }
}

void RestrictedSession::refuse_step(enforcement::Refusal refusal) {
    poison(std::move(refusal), poison_name);
    end_steps();
}

void RestrictedSession::end_steps() {
    steps_.reset();
    on_sync();
}

}  // namespace gateway::session
