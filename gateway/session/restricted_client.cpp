// What a restricted client sends: decided, and encoded anew for the back end.

#include <algorithm>

#include "gateway/session/joined_text.hpp"
#include "gateway/session/restricted_session.hpp"

namespace gateway::session {
namespace {

using Kind = ExpectedAnswer::Kind;

enforcement::Refusal unknown_statement(std::string_view name) {
    const auto message = name.empty() ? std::string("unnamed prepared statement does not exist")
                                      : "prepared statement \"" + std::string(name) + "\" does not exist";
    return {.sqlstate = "26000", .message = message};
}

enforcement::Refusal unknown_portal(std::string_view name) {
    return {.sqlstate = "34000", .message = "portal \"" + std::string(name) + "\" does not exist"};
}

std::vector<std::uint32_t> parameter_types(const std::vector<sql::Oid>& given,
                                           const enforcement::MessagePlan& plan) {
    auto types = given;
    if (plan.statements.empty()) return types;
    for (const auto& [number, type] : plan.statements.front().printed.parameter_types) {
        const auto place = static_cast<std::size_t>(number - 1);
        if (types.size() <= place) types.resize(place + 1, 0);
        if (types[place] == 0) types[place] = type;
    }
    return types;
}

bool same_print(const enforcement::MessagePlan& a, const enforcement::MessagePlan& b) {
    return std::ranges::equal(a.statements, b.statements, [](const auto& left, const auto& right) {
        return left.printed.text == right.printed.text &&
               std::ranges::equal(left.printed.hidden, right.printed.hidden,
                                  [](const auto& x, const auto& y) {
                                      return x.subject == y.subject && x.array_depth == y.array_depth;
                                  });
    });
}

std::shared_ptr<const std::string> text_of(const std::shared_ptr<const Prepared>& prepared) {
    return {prepared, &prepared->text};
}

const std::vector<sql::HiddenColumn>& hidden_of(const Prepared& prepared) {
    static const std::vector<sql::HiddenColumn> none;
    return prepared.plan->statements.empty() ? none : prepared.plan->statements.front().printed.hidden;
}

}  // namespace

void RestrictedSession::on_frontend(const wire::FrontendMessage& message, const wire::Frame& frame) {
    if (std::holds_alternative<wire::Terminate>(message)) {
        closed_ = true;
        effects_->close = true;
        return;
    }
    if (skipping_ && !std::holds_alternative<wire::Sync>(message)) return;
    if (!segment_open_) {
        segment_open_ = true;
        started_ = now_;
    }
    struct Handler {
        RestrictedSession& session;
        const wire::Frame& frame;
        void operator()(const wire::Query& query) const { session.on_query(query); }
        void operator()(const wire::Parse& parse) const { session.on_parse(parse); }
        void operator()(const wire::Bind& bind) const { session.on_bind(bind, frame); }
        void operator()(const wire::Describe& describe) const { session.on_describe(describe); }
        void operator()(const wire::Execute& execute) const { session.on_execute(execute); }
        void operator()(const wire::Close& close) const { session.on_close(close); }
        void operator()(const wire::Flush&) const { session.to_backend().flush(); }
        void operator()(const wire::Sync&) const { session.on_sync(); }
        void operator()(const wire::FunctionCall&) const { session.on_function_call(); }
        // Outside of COPY PostgreSQL ignores these, too: they may be late after a failed COPY.
        void operator()(const wire::CopyData&) const {}
        void operator()(const wire::CopyDone&) const {}
        void operator()(const wire::CopyFail&) const {}
        void operator()(const wire::PasswordFamily&) const {
            session.end_session("08P01", "unexpected password message");
        }
        void operator()(const wire::Terminate&) const {}
    };
    std::visit(Handler{*this, frame}, message);
}

enforcement::PlanContext RestrictedSession::context() const {
    return {.policy = identity_.access.policy,
            .role = identity_.access.role,
            .user = identity_.user,
            .search_path = search_path_.names()};
}

enforcement::Plan RestrictedSession::plan_of(std::string_view text) {
    if (auto refusal = refresh_access()) return std::move(*refusal);
    auto plan = services_.planner.plan(text, context());
    const auto* refusal = std::get_if<enforcement::Refusal>(&plan);
    if (refusal != nullptr && refusal->reason == policies::Reason::names)
        services_.doubt_catalog(identity_.database);
    return plan;
}

void RestrictedSession::on_query(const wire::Query& query) {
    auto plan = plan_of(query.text);
    prepared_.drop_unnamed();
    if (auto* refusal = std::get_if<enforcement::Refusal>(&plan)) return poison_query(std::move(*refusal));
    auto message = std::get<std::shared_ptr<const enforcement::MessagePlan>>(std::move(plan));
    for (const auto& statement : message->statements)
        metrics_.statement(sql::name_of(statement.kind), monitoring::Decision::rewritten);
    to_backend().query(joined_text(*message));
    expected_.push_back({.kind = Kind::query,
                         .plan = std::move(message),
                         .text = std::make_shared<const std::string>(query.text)});
    segment_closed_ = true;
}

void RestrictedSession::on_parse(const wire::Parse& parse) {
    auto plan = plan_of(parse.text);
    if (const auto* message = std::get_if<std::shared_ptr<const enforcement::MessagePlan>>(&plan)) {
        if ((*message)->statements.size() > 1) {
            plan =
                enforcement::Refusal{.sqlstate = "42601",
                                     .reason = policies::Reason::syntax,
                                     .message = "cannot insert multiple commands into a prepared statement"};
        } else if (prepared_.full()) {
            plan = enforcement::Refusal{.sqlstate = "53400",
                                        .reason = policies::Reason::too_complex,
                                        .message = "too many prepared statements in this session",
                                        .hint = "Close statements that are not needed any more."};
        }
    }
    if (auto* refusal = std::get_if<enforcement::Refusal>(&plan)) {
        if (parse.statement.empty()) (void)prepared_.set_statement("", nullptr);
        return poison(std::move(*refusal), parse.statement.empty() ? std::string_view{} : poison_name);
    }
    auto prepared = std::make_shared<Prepared>();
    prepared->text = parse.text;
    for (std::size_t i = 0; i < parse.parameter_types.size(); ++i)
        prepared->parameter_types.push_back(parse.parameter_types[i]);
    prepared->plan = std::get<std::shared_ptr<const enforcement::MessagePlan>>(std::move(plan));
    prepared->policy_mark = policy_mark_;
    prepared->path_version = search_path_.version();
    send_parse(parse.statement, std::move(prepared), false);
}

void RestrictedSession::send_parse(std::string_view name, std::shared_ptr<const Prepared> prepared,
                                   bool silent) {
    const auto types = parameter_types(prepared->parameter_types, *prepared->plan);
    to_backend().parse(name, joined_text(*prepared->plan), types);
    ExpectedAnswer answer{
        .kind = Kind::parse, .silent = silent, .plan = prepared->plan, .text = text_of(prepared)};
    answer.undo = prepared_.set_statement(name, std::move(prepared));
    expected_.push_back(std::move(answer));
}

std::optional<enforcement::Refusal> RestrictedSession::renew(std::string_view name,
                                                             std::shared_ptr<const Prepared>& prepared) {
    if (auto refusal = refresh_access()) return refusal;
    if (prepared->policy_mark == policy_mark_ && prepared->path_version == search_path_.version())
        return std::nullopt;
    auto plan = services_.planner.plan(prepared->text, context());
    if (auto* refusal = std::get_if<enforcement::Refusal>(&plan)) return std::move(*refusal);
    auto renewed = std::make_shared<Prepared>(*prepared);
    renewed->plan = std::get<std::shared_ptr<const enforcement::MessagePlan>>(std::move(plan));
    renewed->policy_mark = policy_mark_;
    renewed->path_version = search_path_.version();
    const bool same = same_print(*renewed->plan, *prepared->plan);
    prepared = renewed;
    if (same) {
        (void)prepared_.set_statement(name, std::move(renewed));
        return std::nullopt;
    }
    if (!name.empty()) {
        to_backend().close(wire::ObjectKind::statement, name);
        expected_.push_back({.kind = Kind::close, .silent = true});
    }
    send_parse(name, std::move(renewed), true);
    return std::nullopt;
}

void RestrictedSession::on_bind(const wire::Bind& bind, const wire::Frame& frame) {
    auto prepared = prepared_.statement(bind.statement);
    if (!prepared) return poison(unknown_statement(bind.statement), poison_name);
    if (auto refusal = renew(bind.statement, prepared)) return poison(std::move(*refusal), poison_name);

    const auto& hidden = hidden_of(*prepared);
    if (hidden.empty()) {
        to_backend().bind(bind);
    } else if (bind.result_formats.size() == 0) {
        to_backend().bind(bind.portal, bind.statement, bind, {});
    } else {
        auto visible = prepared->plan->visible_columns->load(std::memory_order_relaxed);
        if (bind.result_formats.size() > 1) visible = static_cast<int>(bind.result_formats.size());
        if (visible < 0) {
            // One code stands for all columns, and how many there are is not known yet: ask first.
            to_backend().describe(wire::ObjectKind::statement, bind.statement).flush();
            expected_.push_back({.kind = Kind::describe_statement, .silent = true, .plan = prepared->plan});
            waiting_bind_.emplace(frame.bytes());
            return;
        }
        std::vector<wire::Format> formats(static_cast<std::size_t>(visible) + hidden.size(),
                                          wire::Format::text);
        for (std::size_t i = 0; i < static_cast<std::size_t>(visible); ++i)
            formats[i] = bind.result_formats.of(i);
        to_backend().bind(bind.portal, bind.statement, bind, formats);
    }
    ExpectedAnswer answer{.kind = Kind::bind, .plan = prepared->plan, .text = text_of(prepared)};
    answer.undo = prepared_.set_portal(bind.portal, std::make_shared<Portal>(Portal{std::move(prepared)}));
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
        const auto prepared = prepared_.statement(describe.name);
        if (!prepared) return poison(unknown_statement(describe.name), poison_name);
        answer.plan = prepared->plan;
    } else {
        const auto portal = prepared_.portal(describe.name);
        if (!portal) return poison(unknown_portal(describe.name), poison_name);
        answer.kind = Kind::describe_portal;
        answer.plan = portal->statement->plan;
    }
    to_backend().describe(describe.kind, describe.name);
    expected_.push_back(std::move(answer));
}

void RestrictedSession::on_execute(const wire::Execute& execute) {
    auto portal = prepared_.portal(execute.portal);
    if (!portal) return poison(unknown_portal(execute.portal), poison_name);
    if (auto refusal = refresh_access()) return poison(std::move(*refusal), poison_name);
    const Prepared& prepared = *portal->statement;
    if (prepared.policy_mark != policy_mark_) {
        // Bound under a policy that is no longer in force: go on only where the new one would print the same.
        const auto plan = services_.planner.plan(prepared.text, context());
        const auto* message = std::get_if<std::shared_ptr<const enforcement::MessagePlan>>(&plan);
        if (message == nullptr || !same_print(**message, *prepared.plan)) {
            return poison({.sqlstate = "42501",
                           .message = "the policy changed while this portal was open",
                           .hint = "Run the statement again."},
                          poison_name);
        }
    }
    to_backend().execute(execute.portal, execute.max_rows);
    if (!prepared.plan->statements.empty()) {
        metrics_.statement(sql::name_of(prepared.plan->statements.front().kind),
                           monitoring::Decision::rewritten);
    }
    ++executes_in_segment_;
    if (!hidden_of(prepared).empty()) {
        held_ = true;
        flushed_ = false;
    }
    expected_.push_back({.kind = Kind::execute, .plan = prepared.plan, .portal = std::move(portal)});
}

void RestrictedSession::on_close(const wire::Close& close) {
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
         .hint = "Call the function in a SELECT."});
}

void RestrictedSession::poison(enforcement::Refusal refusal, std::string_view statement_name) {
    metrics_.refused(sql::name_of(refusal.kind), policies::name_of(refusal.reason));
    to_backend().parse(statement_name, poison_text);
    expected_.push_back({.kind = Kind::parse, .refusal = std::move(refusal)});
    skipping_ = true;
}

void RestrictedSession::poison_query(enforcement::Refusal refusal) {
    metrics_.refused(sql::name_of(refusal.kind), policies::name_of(refusal.reason));
    if (expected_.empty() && status_ == wire::TransactionStatus::idle) {
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
