// Prepared statements and cursors by the names that SQL and the protocol share.

#include <algorithm>
#include <set>
#include <utility>

#include "gateway/enforcement/budget_answer.hpp"
#include "gateway/session/own_texts.hpp"
#include "gateway/session/restricted_session.hpp"
#include "gateway/session/row_plan.hpp"

namespace gateway::session {
namespace {

using Kind = ExpectedAnswer::Kind;
using sql::StatementKind;

enforcement::Refusal no_cursor(const std::string& name) {
    return {.sqlstate = "34000",
            .reason = policies::Reason::names,
            .kind = StatementKind::fetch,
            .message = "cursor \"" + name + "\" does not exist"};
}

enforcement::Refusal no_prepared(const std::string& name) {
    return {.sqlstate = "26000",
            .reason = policies::Reason::names,
            .kind = StatementKind::execute,
            .message = "prepared statement \"" + name + "\" does not exist"};
}

enforcement::Refusal explained_too_early() {
    return {.sqlstate = "0A000",
            .kind = StatementKind::explain,
            .message = "EXPLAIN EXECUTE cannot stand in the message that prepares the statement",
            .hint = "Send PREPARE by itself first."};
}

enforcement::Refusal temporary_filled() {
    return {.sqlstate = "42501",
            .message = "a temporary table was filled from protected ones since this statement was bound",
            .hint = "Run the statement again."};
}

enforcement::Refusal policy_changed() {
    return {.sqlstate = "42501",
            .message = "what the role may see changed while this portal or cursor was open",
            .hint = "Run the statement again."};
}

/// The arguments of SQL's EXECUTE are expressions: for how many values they search is not known.
// Neither a plan that is run nor a simple Query counts people before the change has been made.
std::optional<enforcement::Refusal> check_counted(const Prepared& prepared) {
    const auto* statement = prepared.statement();
    if (statement == nullptr || !is_counted_change(*statement)) return std::nullopt;
    return enforcement::Refusal{
        .sqlstate = "42501",
        .reason = policies::Reason::not_countable,
        .kind = StatementKind::execute,
        .message = "a prepared statement that changes rows of people who are counted cannot be run so",
        .hint = "Run it through the protocol that prepared it, as drivers do."};
}

std::optional<enforcement::Refusal> check_bindable(const Prepared& executed) {
    const auto* statement = executed.statement();
    if (statement == nullptr) return std::nullopt;
    if (!statement->printed.pattern_parameters.empty()) {
        return enforcement::Refusal{.sqlstate = "42501",
                                    .reason = policies::Reason::unsupported,
                                    .kind = StatementKind::execute,
                                    .message = "how the patterns of LIKE end is not known in EXECUTE",
                                    .hint = "Bind them by your driver's own prepared statements."};
    }
    if (statement->printed.searched_arrays.empty()) return std::nullopt;
    return enforcement::Refusal{.sqlstate = "42501",
                                .reason = policies::Reason::not_countable,
                                .kind = StatementKind::execute,
                                .message =
                                    "the values that = ANY with a parameter searches for cannot be "
                                    "counted in EXECUTE",
                                .hint = "Bind the array by your driver's own prepared statements."};
}

bool same_print(const enforcement::StatementPlan& left, const enforcement::StatementPlan& right) {
    return left.printed.text == right.printed.text && left.printed.paid == right.printed.paid &&
           std::ranges::equal(left.printed.hidden, right.printed.hidden, [](const auto& x, const auto& y) {
               return x.subject == y.subject && x.array_depth == y.array_depth && x.shown_at == y.shown_at;
           });
}

bool same_print(const Prepared& prepared, const enforcement::MessagePlan& renewed) {
    if (prepared.carried) {
        return prepared.index < renewed.statements.size() &&
               same_print(*prepared.statement(), renewed.statements[prepared.index]);
    }
    return std::ranges::equal(prepared.plan->statements, renewed.statements,
                              [](const auto& left, const auto& right) { return same_print(left, right); });
}

}  // namespace

std::shared_ptr<const Portal> RestrictedSession::named_source(
    const enforcement::StatementPlan& statement) const {
    if (statement.kind == StatementKind::fetch) return prepared_.portal(statement.cursor->name);
    if (statement.kind != StatementKind::execute) return nullptr;
    auto prepared = prepared_.statement(statement.prepared->name);
    if (!prepared) return nullptr;
    return std::make_shared<Portal>(Portal{.statement = std::move(prepared)});
}

std::shared_ptr<const Portal> RestrictedSession::cursor_of(const Prepared& prepared) const {
    const auto* statement = prepared.statement();
    const bool fetches = statement != nullptr && !prepared.carried && statement->kind == StatementKind::fetch;
    return fetches ? named_source(*statement) : nullptr;
}

RestrictedSession::Source RestrictedSession::source_of(const Prepared& prepared) {
    const auto* statement = prepared.statement();
    if (statement == nullptr || prepared.carried) return std::shared_ptr<const Portal>();
    if (statement->kind == StatementKind::fetch) {
        auto cursor = prepared_.portal(statement->cursor->name);
        if (!cursor) return no_cursor(statement->cursor->name);
        if (auto refusal = check_unchanged(*cursor)) return std::move(*refusal);
        if (auto refusal = check_counted(*cursor->shown().statement)) return std::move(*refusal);
        return cursor;
    }
    if (statement->kind == StatementKind::execute) {
        const std::string& name = statement->prepared->name;
        auto executed = prepared_.statement(name);
        if (!executed) return no_prepared(name);
        if (auto refusal = renew(name, executed)) return std::move(*refusal);
        if (auto refusal = check_bindable(*executed)) return std::move(*refusal);
        const auto* changed = executed->statement();
        if (changed != nullptr && runs_in_paid_steps(*changed)) return *check_counted(*executed);
        return std::make_shared<const Portal>(Portal{.statement = std::move(executed)});
    }
    if (auto refusal = check_explained(*statement)) return std::move(*refusal);
    return std::shared_ptr<const Portal>();
}

std::optional<enforcement::Refusal> RestrictedSession::renew(std::string_view name,
                                                             std::shared_ptr<const Prepared>& prepared) {
    if (auto refusal = refresh_access()) return refusal;
    const bool described = cursor_of(*prepared) == prepared->parsed_for;
    if (prepared->at_backend && described && prepared->policy_mark == policy_mark_ &&
        prepared->names_version == names_version() && prepared->parse_mark == parse_mark_ &&
        prepared->planned_for == asking_->view() && !enforcement::shows_budget(*prepared->plan))
        return std::nullopt;
    auto circumstances = context();
    circumstances.declares_parameters = prepared->declares_parameters;
    auto plan = planned(prepared->text, circumstances);
    if (auto* refusal = std::get_if<enforcement::Refusal>(&plan)) {
        if (refusal->reason == policies::Reason::names) catalog_doubt_ = reads_on_a_guess_apart;
        return std::move(*refusal);
    }
    auto renewed = std::make_shared<Prepared>(*prepared);
    renewed->plan = std::get<std::shared_ptr<const enforcement::MessagePlan>>(std::move(plan));
    renewed->policy_mark = policy_mark_;
    renewed->names_version = names_version();
    renewed->planned_for = asking_->view();
    const bool same = prepared->at_backend && described && prepared->parse_mark == parse_mark_ &&
                      same_print(*prepared, *renewed->plan);
    renewed->parsed_for = cursor_of(*renewed);
    renewed->parse_mark = parse_mark_;
    renewed->at_backend = true;
    const auto before = std::exchange(prepared, renewed);
    if (same) {
        (void)prepared_.set_statement(name, std::move(renewed));
        return std::nullopt;
    }
    close_for_renewal(name, *before);
    if (renewed->carried)
        prepare_again(name, std::move(renewed));
    else
        send_parse(name, std::move(renewed), true);
    return std::nullopt;
}

// What is closed stays closed at the back end even where the Parse behind it fails: then the name must be
// prepared anew when the client uses it again.
void RestrictedSession::close_for_renewal(std::string_view name, const Prepared& before) {
    auto closed = std::make_shared<Prepared>(before);
    closed->at_backend = false;
    to_backend().close(wire::ObjectKind::statement, name);
    ExpectedAnswer answer{.kind = Kind::close, .silent = true};
    answer.undo = prepared_.set_statement(name, std::move(closed));
    expected_.push_back(std::move(answer));
}

ExpectedAnswer& RestrictedSession::run_silently(std::string_view name, std::string_view text) {
    const auto expect = [this](Kind kind) -> ExpectedAnswer& {
        return expected_.emplace_back(ExpectedAnswer{.kind = kind, .silent = true});
    };
    // What a run that failed has left behind goes first.
    to_backend()
        .close(wire::ObjectKind::statement, name)
        .parse(name, text)
        .bind(name, name, std::span<const wire::Value>())
        .execute(name)
        .close(wire::ObjectKind::portal, name)
        .close(wire::ObjectKind::statement, name);
    expect(Kind::close);
    expect(Kind::parse);
    expect(Kind::bind);
    ExpectedAnswer& executed = expect(Kind::execute);
    expect(Kind::close);
    expect(Kind::close);
    return executed;
}

void RestrictedSession::prepare_again(std::string_view name, std::shared_ptr<const Prepared> renewed) {
    ExpectedAnswer& prepared = run_silently(renewal_name, renewed->statement()->printed.text);
    prepared.plan = renewed->plan;
    prepared.statement = renewed->index;
    prepared.undo = prepared_.set_statement(name, std::move(renewed));
}

std::optional<enforcement::Refusal> RestrictedSession::check_explained(
    const enforcement::StatementPlan& statement) {
    if (statement.kind != StatementKind::explain || !statement.prepared) return std::nullopt;
    const std::string& name = statement.prepared->name;
    if (auto refusal = check_executed(name)) return refusal;
    const auto prepared = prepared_.statement(name);
    const auto* explained = prepared ? prepared->statement() : nullptr;
    if (explained == nullptr || !explained->printed.searches()) return std::nullopt;
    return enforcement::Refusal{.sqlstate = "42501",
                                .reason = policies::Reason::statement_kind,
                                .kind = StatementKind::explain,
                                .message = "a plan for an exact search could tell of the searched value",
                                .hint = "Explain the statement without the search."};
}

std::optional<enforcement::Refusal> RestrictedSession::check_unchanged(const Prepared& prepared) {
    if (spreads_too_late(prepared)) return temporary_filled();
    if (prepared.policy_mark == policy_mark_ && prepared.planned_for == asking_->view()) return std::nullopt;
    auto circumstances = context();
    circumstances.declares_parameters = prepared.declares_parameters;
    if (prepared.carried) circumstances.search_path = prepared.search_path;
    const auto plan = planned(prepared.text, circumstances);
    const auto* message = std::get_if<std::shared_ptr<const enforcement::MessagePlan>>(&plan);
    if (message == nullptr || !same_print(prepared, **message)) return policy_changed();
    return std::nullopt;
}

std::optional<enforcement::Refusal> RestrictedSession::check_unchanged(const Portal& portal) {
    if (auto refusal = check_unchanged(*portal.statement)) return refusal;
    if (const auto* statement = portal.statement->statement(); statement != nullptr) {
        if (auto refusal = check_explained(*statement)) return refusal;
    }
    if (!portal.source) return std::nullopt;
    if (auto refusal = check_unchanged(*portal.source->statement)) return refusal;
    // The name may mean another cursor or statement by now; the columns were described for this one.
    const auto now = named_source(*portal.statement->statement());
    const bool fetches = portal.statement->statement()->kind == StatementKind::fetch;
    if (now && (fetches ? now == portal.source : now->statement == portal.source->statement))
        return std::nullopt;
    return enforcement::Refusal{.sqlstate = "34000",
                                .reason = policies::Reason::names,
                                .message = "what this portal was bound to has been closed"};
}

Undo RestrictedSession::change_names(const Portal& executed) {
    const auto& prepared = executed.statement;
    const auto& statement = *prepared->statement();
    if (prepared->carried) return {};
    const auto named = [&] {
        auto carried = std::make_shared<Prepared>(*prepared);
        carried->parameter_types.clear();
        carried->carried = true;
        carried->reader.reset();
        carried->search_path = search_path_.values();
        return carried;
    };
    if (statement.kind == StatementKind::declare_cursor) {
        return prepared_.set_portal(
            statement.cursor->name,
            std::make_shared<Portal>(Portal{.statement = named(),
                                            .holds = statement.cursor->holds,
                                            .searched_values = executed.searched_values,
                                            .findings = {.asked = executed.findings.asked}}));
    }
    if (statement.kind == StatementKind::prepare)
        return prepared_.set_statement(statement.prepared->name, named());
    Undo undo;
    if (!drops_names(statement)) return undo;
    if (statement.prepared) {
        const std::string& name = statement.prepared->name;
        undo = name.empty() ? prepared_.drop_all_statements() : prepared_.set_statement(name, nullptr);
    }
    if (statement.cursor) {
        const std::string& name = statement.cursor->name;
        std::ranges::move(name.empty() ? prepared_.drop_all_portals() : prepared_.set_portal(name, nullptr),
                          std::back_inserter(undo));
    }
    return undo;
}

void RestrictedSession::statement_of_query_ended(const ExpectedAnswer& answer,
                                                 const enforcement::StatementPlan& statement) {
    if (!statement.cursor && !statement.prepared) return;
    auto prepared = std::make_shared<Prepared>();
    prepared->text = *answer.text;
    prepared->plan = answer.plan;
    prepared->index = answer.statement;
    prepared->policy_mark = policy_mark_;
    prepared->names_version = names_version();
    prepared->planned_for = answer.asked_by;
    prepared->parse_mark = parse_mark_;
    (void)change_names(Portal{.statement = std::move(prepared)});
}

std::variant<bool, enforcement::Refusal> RestrictedSession::check_names(
    const enforcement::MessagePlan& message) {
    std::set<std::string> new_cursors;
    std::set<std::string> new_prepared;
    const auto before = expected_.size();
    for (const enforcement::StatementPlan& statement : message.statements) {
        std::optional<enforcement::Refusal> refusal;
        if (statement.kind == StatementKind::declare_cursor) {
            new_cursors.insert(statement.cursor->name);
        } else if (statement.kind == StatementKind::prepare) {
            new_prepared.insert(statement.prepared->name);
        } else if (statement.kind == StatementKind::fetch && !new_cursors.contains(statement.cursor->name)) {
            refusal = check_cursor(statement.cursor->name);
        } else if (statement.kind == StatementKind::execute &&
                   !new_prepared.contains(statement.prepared->name)) {
            refusal = check_executed(statement.prepared->name);
        } else if (statement.kind == StatementKind::explain && statement.prepared) {
            if (new_prepared.contains(statement.prepared->name)) return explained_too_early();
            refusal = check_explained(statement);
        }
        if (refusal) return std::move(*refusal);
    }
    return expected_.size() != before;
}

// In a transaction of its own, so that the Query may begin with what no query may come before. A Sync would
// commit what the client's open segment has done, though: there it is part of that.
void RestrictedSession::wait_until_prepared(const wire::Frame& query) {
    waiting_query_.emplace(query.bytes());
    segment_closed_ = true;
    if (segment_begun_) {
        to_backend().flush();
    } else {
        to_backend().sync();
        expected_.push_back({.kind = Kind::sync, .silent = true});
    }
}

void RestrictedSession::on_query_prepared() {
    const std::string bytes = std::move(*waiting_query_);
    waiting_query_.reset();
    segment_closed_ = false;
    const wire::Frame frame{bytes};
    const auto message = wire::decode_frontend(frame);
    on_query(std::get<wire::Query>(*message).text, frame);
}

// In a failed transaction nothing is prepared anew, and an unknown name is the back end's to refuse: the
// message may begin with ROLLBACK.
std::optional<enforcement::Refusal> RestrictedSession::check_cursor(const std::string& name) {
    const auto cursor = prepared_.portal(name);
    if (cursor) {
        if (auto refusal = check_unchanged(*cursor)) return refusal;
        return check_counted(*cursor->shown().statement);
    }
    if (status_ == wire::TransactionStatus::failed) return std::nullopt;
    return no_cursor(name);
}

std::optional<enforcement::Refusal> RestrictedSession::check_executed(const std::string& name) {
    auto prepared = prepared_.statement(name);
    const bool failed = status_ == wire::TransactionStatus::failed;
    if (!prepared && failed) return std::nullopt;
    if (!prepared) return no_prepared(name);
    auto refusal = failed ? check_unchanged(*prepared) : renew(name, prepared);
    if (!refusal) refusal = check_counted(*prepared);
    return refusal ? std::move(refusal) : check_bindable(*prepared);
}

}  // namespace gateway::session
