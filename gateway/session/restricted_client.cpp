// What a restricted client sends: decided, and encoded anew for the back end.

#include <algorithm>

#include "gateway/session/joined_text.hpp"
#include "gateway/session/message_refusals.hpp"
#include "gateway/session/own_texts.hpp"
#include "gateway/session/restricted_session.hpp"
#include "gateway/session/row_plan.hpp"
#include "sql/own_settings.hpp"
#include "sql/parameter_types.hpp"

namespace gateway::session {
namespace {

using Kind = ExpectedAnswer::Kind;

/// Whether running it gives a name to something new.
bool opens_a_name(const Prepared& prepared) {
    const auto* statement = prepared.statement();
    return statement != nullptr && !prepared.carried &&
           (statement->kind == sql::StatementKind::declare_cursor ||
            statement->kind == sql::StatementKind::prepare);
}

bool is_copy(const Prepared& prepared) {
    const auto* statement = prepared.statement();
    return statement != nullptr && statement->kind == sql::StatementKind::copy;
}

std::shared_ptr<const std::string> text_of(const std::shared_ptr<const Prepared>& prepared) {
    return {prepared, &prepared->text};
}

const std::vector<sql::HiddenColumn>& hidden_of(const Portal& portal) {
    static const std::vector<sql::HiddenColumn> none;
    const auto* rows = row_plan(*portal.shown().statement);
    return rows == nullptr ? none : rows->printed.hidden;
}

bool hides_rows(const Prepared& prepared) {
    return !prepared.plan->statements.empty() && prepared.plan->statements.front().printed.hides_rows;
}

bool compares_converted(const wire::Parse& parse, const enforcement::MessagePlan& message) {
    bool converts = false;
    for (std::size_t i = 0; i < parse.parameter_types.size(); ++i)
        converts = converts || sql::converts_others(sql::Oid{parse.parameter_types[i]});
    return converts && std::ranges::any_of(message.statements, [](const auto& statement) {
               return statement.printed.reads_protected;
           });
}

/// A parameter has a type that the statement's cast may fail to turn into another one.
bool casts_declared(const wire::Parse& parse, const enforcement::Plan& plan) {
    const auto* message = std::get_if<std::shared_ptr<const enforcement::MessagePlan>>(&plan);
    if (message == nullptr || parse.parameter_types.size() == 0) return false;
    const auto fails = [&](const std::pair<int, sql::Oid>& cast) {
        const auto place = static_cast<std::size_t>(cast.first - 1);
        return place < parse.parameter_types.size() &&
               !sql::casts_without_failing(sql::Oid{parse.parameter_types[place]}, cast.second);
    };
    return std::ranges::any_of((*message)->statements, [&](const enforcement::StatementPlan& statement) {
        return std::ranges::any_of(statement.printed.cast_parameters, fails);
    });
}

}  // namespace

void RestrictedSession::on_frontend(const wire::Frame& frame) {
    namespace type = wire::frontend_type;
    if (frame.type() == type::terminate) return close();
    flushed_ = frame.type() == type::flush && !copying_in_;
    if (copying_in_) return on_frontend_in_copy(frame);
    // They may be late after a failed COPY; outside of COPY PostgreSQL ignores them, too.
    if (frame.type() == type::copy_data || frame.type() == type::copy_done || frame.type() == type::copy_fail)
        return;
    if (skipping_ && frame.type() != type::sync) return;
    if (!segment_open_) {
        segment_open_ = true;
        started_ = now_;
    }
    struct Handler {
        RestrictedSession& session;
        const wire::Frame& frame;
        void operator()(const wire::Query& query) const { session.on_query(query.text, frame); }
        void operator()(const wire::Parse& parse) const { session.on_parse(parse, frame); }
        void operator()(const wire::Bind& bind) const { session.on_bind(bind, frame); }
        void operator()(const wire::Describe& describe) const { session.on_describe(describe); }
        void operator()(const wire::Execute& execute) const { session.on_execute(execute, frame); }
        void operator()(const wire::Close& close) const { session.on_close(close); }
        void operator()(const wire::Flush&) const { session.to_backend().flush(); }
        void operator()(const wire::Sync&) const { session.on_sync(); }
        void operator()(const wire::FunctionCall&) const { session.on_function_call(); }
        void operator()(const wire::CopyData&) const {}
        void operator()(const wire::CopyDone&) const {}
        void operator()(const wire::CopyFail&) const {}
        void operator()(const wire::PasswordFamily&) const {
            session.end_session("08P01", "unexpected password message");
        }
        void operator()(const wire::Terminate&) const {}
    };
    const auto message = wire::decode_frontend(frame);
    if (message)
        std::visit(Handler{*this, frame}, *message);
    else
        on_malformed(frame, message.error());
    segment_begun_ = segment_begun_ || !expected_.empty();
}

enforcement::PlanContext RestrictedSession::context() const {
    return {.policy = identity_.access.policy,
            .role = &asking_->role(),
            .user = asking_->person(),
            .search_path = search_path_.values(),
            .temporary = temporary_.now()};
}

enforcement::Plan RestrictedSession::plan_of(std::string_view text) {
    if (auto refusal = ask_by(text)) return std::move(*refusal);
    if (auto refusal = refresh_access()) return std::move(*refusal);
    return planned(text, context());
}

enforcement::Plan RestrictedSession::planned(std::string_view text,
                                             const enforcement::PlanContext& circumstances) {
    auto plan = services_.planner.plan(text, circumstances);
    auto* message = std::get_if<std::shared_ptr<const enforcement::MessagePlan>>(&plan);
    return message == nullptr ? std::move(plan) : complete(std::move(*message));
}

// New tables and columns are found when they are first named. Who names what does not exist waits, too, but
// not again within a second.
bool RestrictedSession::waits_for_catalog(const enforcement::Plan& plan, const wire::Frame& frame) {
    const auto* refusal = std::get_if<enforcement::Refusal>(&plan);
    if (refusal == nullptr || refusal->reason != policies::Reason::names ||
        !may_read_catalog(reads_on_a_guess_apart))
        return false;
    waiting_message_.emplace(frame.bytes());
    read_catalog();
    return true;
}

void RestrictedSession::on_query(std::string_view sent, const wire::Frame& frame) {
    const auto quoted = sql::with_quoted_settings(sent);
    const std::string_view text = quoted ? std::string_view(*quoted) : sent;
    auto plan = plan_of(text);
    if (waits_for_budgets(frame) || waits_for_catalog(plan, frame)) return;
    prepared_.drop_unnamed();
    if (auto* refusal = std::get_if<enforcement::Refusal>(&plan)) return poison_query(std::move(*refusal));
    auto message = std::get<std::shared_ptr<const enforcement::MessagePlan>>(std::move(plan));
    auto checked = check_names(*message);
    if (auto* refusal = std::get_if<enforcement::Refusal>(&checked)) return poison_query(std::move(*refusal));
    if (std::get<bool>(checked)) {
        wait_until_prepared(frame);
        return;
    }
    for (const auto& statement : message->statements) {
        if (auto refusal = check_misses(statement)) return poison_query(std::move(*refusal));
    }
    const bool counts = std::ranges::any_of(message->statements, is_counted_change);
    if (counts && !message->rest && !std::ranges::all_of(message->statements, runs_in_steps))
        return poison_query(change_beside_others());
    announce(*message);
    if (counts || message->rest) return run_in_steps(text, std::move(message));
    for (const auto& statement : message->statements) {
        count_statement(statement, &statement);
        (void)sent_to_temporary(statement);
    }
    to_backend().query(joined_text(*message));
    expected_.push_back({.kind = Kind::query,
                         .asked_by = asking_->view(),
                         .payers = asking_->limits().payers(),
                         .plan = std::move(message),
                         .text = std::make_shared<const std::string>(text)});
    segment_closed_ = true;
}

void RestrictedSession::on_parse(const wire::Parse& parse, const wire::Frame& frame) {
    if (parse.statement.starts_with(own_prefix)) return poison(reserved_name(), poison_name);
    const auto quoted = sql::with_quoted_settings(parse.text);
    const std::string_view text = quoted ? std::string_view(*quoted) : parse.text;
    auto plan = plan_of(text);
    if (waits_for_budgets(frame) || waits_for_catalog(plan, frame)) return;
    const bool declares_parameters = casts_declared(parse, plan);
    if (declares_parameters) {
        auto circumstances = context();
        circumstances.declares_parameters = true;
        plan = planned(text, circumstances);
    }
    if (const auto* message = std::get_if<std::shared_ptr<const enforcement::MessagePlan>>(&plan)) {
        if ((*message)->statements.size() > 1 || (*message)->rest) {
            plan = several_commands();
        } else if (compares_converted(parse, **message)) {
            plan = converting_parameter();
        } else if (prepared_.full()) {
            plan = too_many_names();
        }
    }
    if (auto* refusal = std::get_if<enforcement::Refusal>(&plan)) {
        if (parse.statement.empty()) (void)prepared_.set_statement("", nullptr);
        return poison(std::move(*refusal), parse.statement.empty() ? std::string_view{} : poison_name);
    }
    auto prepared = std::make_shared<Prepared>();
    prepared->text = text;
    for (std::size_t i = 0; i < parse.parameter_types.size(); ++i)
        prepared->parameter_types.push_back(parse.parameter_types[i]);
    prepared->declares_parameters = declares_parameters;
    prepared->plan = std::get<std::shared_ptr<const enforcement::MessagePlan>>(std::move(plan));
    prepared->policy_mark = policy_mark_;
    prepared->names_version = names_version();
    prepared->planned_for = asking_->view();
    if (asking_ != session_reader()) prepared->reader = asking_;
    prepared->parsed_for = cursor_of(*prepared);
    announce(*prepared->plan);
    prepared->parse_mark = parse_mark_;
    send_parse(parse.statement, std::move(prepared), false);
}

void RestrictedSession::send_parse(std::string_view name, std::shared_ptr<const Prepared> prepared,
                                   bool silent) {
    const auto types = parameter_types_of(*prepared);
    to_backend().parse(name, prepared_text(*prepared->plan), types);
    ExpectedAnswer answer{
        .kind = Kind::parse, .silent = silent, .plan = prepared->plan, .text = text_of(prepared)};
    answer.undo = prepared_.set_statement(name, std::move(prepared));
    expected_.push_back(std::move(answer));
}

void RestrictedSession::on_bind(const wire::Bind& bind, const wire::Frame& frame) {
    if (bind.portal.starts_with(own_prefix)) return poison(reserved_name(), poison_name);
    auto prepared = prepared_.statement(bind.statement);
    if (!prepared) return poison(unknown_statement(bind.statement), poison_name);
    if (auto refusal = check_parameter_formats(bind)) return poison(std::move(*refusal), poison_name);
    ask_by(*prepared);
    if (auto refusal = renew(bind.statement, prepared)) return poison(std::move(*refusal), poison_name);
    auto source = source_of(*prepared);
    if (auto* refusal = std::get_if<enforcement::Refusal>(&source))
        return poison(std::move(*refusal), poison_name);

    auto portal = std::make_shared<Portal>(
        Portal{.statement = prepared, .source = std::get<std::shared_ptr<const Portal>>(std::move(source))});
    if (auto refusal = check_patterns(bind, *prepared)) return poison(std::move(*refusal), poison_name);
    if (!take_parameters(bind, *portal))
        return poison(too_many_searched(*prepared->statement()), poison_name);
    const auto* bound = prepared->statement();
    if (bound != nullptr && runs_in_paid_steps(*bound)) portal->bind = frame.bytes();
    const auto* rows = row_plan(*portal->shown().statement);
    const std::size_t cut = rows == nullptr ? 0 : rows->printed.cut_columns();
    if (rows != nullptr) portal->key_formats = key_formats(rows->printed, bind.result_formats);
    if (cut == 0 || is_copy(*prepared)) {
        to_backend().bind(bind);
    } else if (bind.result_formats.size() == 0 || hides_rows(*prepared)) {
        to_backend().bind(bind.portal, bind.statement, bind, {});
    } else {
        const auto visible = portal->shown().statement->statement()->visible_columns.known();
        if (visible < 0) {
            // How many columns the codes are for is not known yet: ask first.
            to_backend().describe(wire::ObjectKind::statement, bind.statement).flush();
            expected_.push_back({.kind = Kind::describe_statement,
                                 .silent = true,
                                 .plan = prepared->plan,
                                 .statement = prepared->index,
                                 .portal = std::move(portal)});
            waiting_bind_.emplace(frame.bytes());
            return;
        }
        const auto columns = static_cast<std::size_t>(visible);
        if (bind.result_formats.size() > 1 && bind.result_formats.size() != columns)
            return poison(wrong_formats(bind.result_formats.size(), columns), poison_name);
        std::vector<wire::Format> formats(columns + cut, wire::Format::text);
        for (std::size_t i = 0; i < columns; ++i)
            formats[i] = bind.result_formats.of(i);
        to_backend().bind(bind.portal, bind.statement, bind, formats);
    }
    ExpectedAnswer answer{
        .kind = Kind::bind, .plan = prepared->plan, .statement = prepared->index, .text = text_of(prepared)};
    answer.undo = prepared_.set_portal(bind.portal, std::move(portal));
    expected_.push_back(std::move(answer));
}

void RestrictedSession::on_described_for_bind() {
    const std::string bytes = std::move(*waiting_bind_);
    waiting_bind_.reset();
    const wire::Frame frame{bytes};
    const auto message = wire::decode_frontend(frame);
    on_bind(std::get<wire::Bind>(*message), frame);
}

void RestrictedSession::on_describe(const wire::Describe& describe) {
    ExpectedAnswer answer{.kind = Kind::describe_statement};
    if (describe.kind == wire::ObjectKind::statement) {
        auto prepared = prepared_.statement(describe.name);
        if (!prepared) return poison(unknown_statement(describe.name), poison_name);
        ask_by(*prepared);
        if (!prepared->at_backend || cursor_of(*prepared) != prepared->parsed_for) {
            if (auto refusal = renew(describe.name, prepared))
                return poison(std::move(*refusal), poison_name);
        }
        auto source = source_of(*prepared);
        if (auto* refusal = std::get_if<enforcement::Refusal>(&source))
            return poison(std::move(*refusal), poison_name);
        answer.plan = prepared->plan;
        answer.statement = prepared->index;
        auto rows = std::get<std::shared_ptr<const Portal>>(std::move(source));
        if (rows || prepared->carried)
            answer.portal =
                std::make_shared<Portal>(Portal{.statement = std::move(prepared), .source = std::move(rows)});
    } else {
        auto portal = prepared_.portal(describe.name);
        if (!portal) return poison(unknown_portal(describe.name), poison_name);
        answer.kind = Kind::describe_portal;
        answer.plan = portal->statement->plan;
        answer.statement = portal->statement->index;
        answer.portal = std::move(portal);
    }
    to_backend().describe(describe.kind, describe.name);
    expected_.push_back(std::move(answer));
}

void RestrictedSession::on_execute(const wire::Execute& execute, const wire::Frame& frame) {
    auto portal = prepared_.portal(execute.portal);
    if (!portal) return poison(unknown_portal(execute.portal), poison_name);
    ask_by(*portal->statement);
    if (waits_for_budgets(frame)) return;
    if (auto refusal = refresh_access()) return poison(std::move(*refusal), poison_name);
    if (auto refusal = check_unchanged(*portal)) return poison(std::move(*refusal), poison_name);
    const Prepared& prepared = *portal->statement;
    const auto* statement = prepared.statement();
    if (statement != nullptr) {
        if (auto refusal = check_person(*statement)) return poison(std::move(*refusal), poison_name);
    }
    if (prepared_.full() && opens_a_name(prepared)) return poison(too_many_names(), poison_name);
    if (auto refusal = check_rows(*portal)) return poison(std::move(*refusal), poison_name);
    const auto* rows = row_plan(*portal->shown().statement);
    const bool counted_change = rows != nullptr && is_counted_change(*rows);
    const bool hides_rows = rows != nullptr && rows->printed.hides_rows;
    const bool whole = execute.max_rows > 0 && must_run_whole(*portal);
    const bool in_steps = rows != nullptr && runs_in_paid_steps(*rows);
    if (!in_steps) to_backend().execute(execute.portal, whole || hides_rows ? 0 : execute.max_rows);
    ExpectedAnswer answer{.kind = Kind::execute,
                          .asked_by = asking_->view(),
                          .payers = asking_->limits().payers(),
                          .plan = prepared.plan,
                          .statement = prepared.index};
    if (whole && !hides_rows) answer.row_limit = static_cast<std::size_t>(execute.max_rows);
    if (statement != nullptr) {
        count_statement(*statement, rows);
        answer.undo = change_names(*portal);
        if (sent_to_temporary(*statement) || may_change_person(*statement) ||
            search_path_.may_be_changed_by(*statement)) {
            held_ = answer.holds = true;
        }
    }
    ++executes_in_segment_;
    const bool copies_in = is_copy(prepared) && prepared.statement()->copy->from;
    if (copies_in || counted_change || !hidden_of(*portal).empty()) {
        held_ = answer.holds = true;
        sync_waits_ = copies_in || counted_change;
    }
    answer.portal = std::move(portal);
    if (in_steps && rows->printed.paid->runs == sql::PaidSteps::Own::never) {
        // The back end has not run it, and would not know that it cannot be run again.
        auto gone = prepared_.set_portal(execute.portal, nullptr);
        std::ranges::move(gone, std::back_inserter(answer.undo));
    }
    if (in_steps) return begin_bound_steps(std::move(answer));
    expected_.push_back(std::move(answer));
}

void RestrictedSession::on_close(const wire::Close& close) {
    if (close.name.starts_with(own_prefix)) return poison(reserved_name(), poison_name);
    to_backend().close(close.kind, close.name);
    ExpectedAnswer answer{.kind = Kind::close};
    answer.undo = close.kind == wire::ObjectKind::statement ? prepared_.set_statement(close.name, nullptr)
                                                            : prepared_.set_portal(close.name, nullptr);
    expected_.push_back(std::move(answer));
}

void RestrictedSession::on_sync() {
    to_backend().sync();
    expected_.push_back({.kind = Kind::sync});
    segment_closed_ = true;
}

void RestrictedSession::on_function_call() {
    poison_query(
        {.sqlstate = "42501",
         .reason = policies::Reason::statement_kind,
         .message = "calls through the function call protocol are not permitted for a restricted role",
         .hint = "Call the function in a SELECT; large objects are not served, use columns of type bytea."});
}

}  // namespace gateway::session
