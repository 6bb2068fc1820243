// Whose rows a statement shows, who pays for them, and what becomes of it at the limit.

#include <algorithm>
#include <array>
#include <set>

#include "gateway/accounting/budget_words.hpp"
#include "gateway/session/bound_values.hpp"
#include "gateway/session/error_words.hpp"
#include "gateway/session/message_refusals.hpp"
#include "gateway/session/own_texts.hpp"
#include "gateway/session/restricted_session.hpp"
#include "gateway/session/row_plan.hpp"
#include "monitoring/log.hpp"
#include "sql/type_oids.hpp"

namespace gateway::session {
namespace {

constexpr std::string_view unrecorded_message = "who is shown cannot be recorded, so nobody is";
constexpr std::string_view unrecorded_hint =
    "Tell those who run the gateway: its budget journal cannot be written.";
constexpr std::string_view unshared_message = "who is shown cannot be counted, so nobody is";
constexpr std::string_view unshared_hint =
    "Try again. If it goes on, tell those who run the gateway: the store of its budgets does not answer.";

constexpr std::size_t most_masked_views = 100;  // that one session keeps in mind

/// FETCH and MOVE to a row that is not the next one: where it stands tells of those between.
bool jumps(const enforcement::StatementPlan& statement) {
    return statement.kind == sql::StatementKind::fetch && statement.printed.empty_answers;
}

/// DECLARE ... WITH HOLD, whose query is run to its end when the transaction ends: that it does not fail
/// tells as much as that it fails, which costs a miss.
bool runs_later(const enforcement::StatementPlan& statement) {
    return statement.kind == sql::StatementKind::declare_cursor && statement.cursor->holds &&
           statement.printed.reads_protected;
}

/// How the bytes of a parameter are to be read where it is a pattern: as a text, as one that may be written
/// in several ways, or as no text at all.
enum class Reading { text, strict, none };

Reading reading_of(const wire::Bind& bind, const Prepared& prepared, std::size_t place) {
    if (is_declared_text(prepared, place)) return Reading::text;
    const bool binary = bind.parameter_formats.of(place) == wire::Format::binary;
    return binary && is_declared_number(prepared, place) ? Reading::none : Reading::strict;
}

/// Of the steps that are paid for, those that write rows which were kept read nobody any more. A MERGE itself
/// reads again.
bool reads_in_step(const ExpectedAnswer& answer) {
    using PaidStep = ExpectedAnswer::PaidStep;
    if (answer.paid_step == PaidStep::prepares || answer.paid_step == PaidStep::writes) return false;
    return answer.paid_step != PaidStep::ends ||
           answer.plan->statements[answer.statement].printed.paid->runs == sql::PaidSteps::Own::last;
}

}  // namespace

// Whom a statement asks about, and for how many values it searches, may hang on its parameters.
bool RestrictedSession::take_parameters(const wire::Bind& bind, Portal& portal) {
    const auto* statement = portal.statement->statement();
    if (statement == nullptr) return true;
    const sql::PrintedStatement& printed = statement->printed;
    const auto value_of = [&](int parameter) -> wire::Value {
        const auto place = static_cast<std::size_t>(parameter - 1);
        return place < bind.parameters.size() ? *bind.parameters.from(place) : wire::Value{};
    };
    const auto format_of = [&](int parameter) {
        return bind.parameter_formats.of(static_cast<std::size_t>(parameter - 1));
    };
    if (const auto& asked = printed.asked; asked && asked->parameter > 0) {
        const auto value = value_of(asked->parameter);
        auto key = value ? key_of(*value, format_of(asked->parameter), asked->type) : std::nullopt;
        if (key) portal.findings.asked = accounting::Subject{asked->subject, std::move(*key)};
    }
    const auto most = static_cast<std::uint64_t>(most_searched_values(*statement));
    std::uint64_t values = 0;
    std::uint64_t last = 0;
    for (const sql::SearchedArray& array : printed.searched_arrays) {
        std::uint64_t searched = 0;  // NULL finds nobody and tells of nobody
        if (const auto value = value_of(array.parameter)) {
            const auto elements = array_elements(*value, format_of(array.parameter));
            if (!elements || *elements > most) return false;
            searched = *elements * static_cast<std::uint64_t>(array.values);
        }
        values += array.beside_last ? searched - std::min(searched, last) : searched;
        last = array.beside_last ? std::max(last, searched) : searched;
    }
    portal.searched_values = static_cast<int>(values);
    return values + static_cast<std::uint64_t>(printed.searched_values) <= most;
}

// Of a text the bytes are the same in both formats; in an array a backslash may be part of how it is written.
std::optional<enforcement::Refusal> RestrictedSession::check_patterns(const wire::Bind& bind,
                                                                      const Prepared& prepared) {
    const auto* statement = prepared.statement();
    if (statement == nullptr) return std::nullopt;
    for (const sql::PatternParameter& pattern : statement->printed.pattern_parameters) {
        const auto place = static_cast<std::size_t>(pattern.number - 1);
        if (place >= bind.parameters.size()) continue;
        const wire::Value value = *bind.parameters.from(place);
        const Reading reading = reading_of(bind, prepared, place);
        if (!value || reading == Reading::none) continue;
        const bool whole = pattern.array || reading == Reading::strict
                               ? value->find('\\') == std::string_view::npos
                               : sql::ends_whole(*value, pattern.escape);
        if (!whole) return open_pattern();
    }
    return std::nullopt;
}

RestrictedSession::Rows RestrictedSession::rows_of(ExpectedAnswer& answer) {
    const auto* statement = statement_of(answer);
    // Within one Query the statements before this one have given their names by now.
    if (answer.kind == ExpectedAnswer::Kind::query && !answer.portal && statement != nullptr)
        answer.portal = named_source(*statement);
    Rows rows{};
    if (answer.portal) {
        const Portal& shown = answer.portal->shown();
        rows = rows_like(row_plan(*shown.statement), shown.findings, shown.searched_values);
        // Within a Query all rows come as text.
        if (answer.kind == ExpectedAnswer::Kind::execute) rows.key_formats = answer.portal->key_formats;
    } else {
        if (statement != nullptr && !has_own_rows(statement->kind)) statement = nullptr;
        rows = rows_like(statement, answer.findings, 0);
    }
    rows.payers = payers_of(answer);
    return rows;
}

RestrictedSession::Rows RestrictedSession::rows_like(const enforcement::StatementPlan* plan,
                                                     accounting::Findings& findings, int bound_values) {
    if (plan == nullptr) return {nullptr, &findings, 0};
    if (!findings.asked) findings.asked = asked_by_text(plan->printed);
    return {plan, &findings, plan->printed.searched_values + bound_values};
}

void RestrictedSession::stop(const accounting::RowStopped& stopped) {
    stopped_ = true;
    free_rows_.drop();
    if (const auto* exceeded = std::get_if<accounting::Exceeded>(&stopped.why))
        return stop_at_limit(*exceeded, stopped.subject);
    if (const auto* detected = std::get_if<detection::Stopped>(&stopped.why)) return stop(*detected);
    if (std::holds_alternative<accounting::TooManyBehind>(stopped.why)) return stop_with(too_many_behind());
    const bool unshared = std::holds_alternative<accounting::Unshared>(stopped.why);
    to_client().error({.sqlstate = "58030",
                       .message = unshared ? unshared_message : unrecorded_message,
                       .hint = unshared ? unshared_hint : unrecorded_hint});
    metrics_.error("58030");
}

// The rest of its rows is not waited for.
void RestrictedSession::stop_with(const enforcement::Refusal& refusal) {
    stopped_ = true;
    free_rows_.drop();
    to_client().error({.sqlstate = refusal.sqlstate, .message = refusal.message, .hint = refusal.hint});
    metrics_.error(refusal.sqlstate);
    effects_->cancel_backend = true;
    cancelling_ = true;
}

// It costs what it does where the database cancels it: a miss.
void RestrictedSession::stop_cancelled() {
    charge_abandoned(now_);
    stopped_ = true;
    free_rows_.drop();
    to_client().error({.sqlstate = "57014", .message = cancelled_message});
    metrics_.error("57014");
}

void RestrictedSession::stop_at_limit(const accounting::Exceeded& exceeded, const std::string& subject) {
    auto words = accounting::words_of(exceeded);
    const bool of_misses = exceeded.counted.what == policies::Counted::What::misses;
    if (identity_.access.role->masks_at_limit && !of_misses)
        words.hint = "Run the statement again: its values are masked from now on.";
    to_client().error({.sqlstate = "54000", .message = words.message, .hint = words.hint});
    metrics_.error("54000");
    report_stop(exceeded, subject);
}

void RestrictedSession::report_stop(const accounting::Exceeded& exceeded, const std::string& subject) {
    metrics_.subject(subject).budget_stopped();
    monitoring::log(monitoring::Level::warning, "budget_stopped",
                    {{"user", identity_.user},
                     {"person", asking_->person()},
                     {"role", identity_.access.role->name},
                     {"subject", subject},
                     {"account", std::string(accounting::name_of(exceeded.of)) + ' ' + exceeded.account},
                     {"budget", policies::text_of(exceeded.counted)},
                     {"seen", exceeded.seen},
                     {"allowed", exceeded.limit.most}});
}

void RestrictedSession::count_statement(const enforcement::StatementPlan& statement,
                                        const enforcement::StatementPlan* rows) {
    metrics_.statement(sql::name_of(statement.kind), monitoring::Decision::rewritten);
    const BudgetLimits& limits = asking_->limits();
    if (!limits.masks() || rows == nullptr || !rows->printed.reads_protected) return;
    metrics_.masked_at_limit();
    if (masked_views_.size() >= most_masked_views) masked_views_.clear();
    if (!masked_views_.insert(asking_->view()).second) return;
    monitoring::log(monitoring::Level::warning, "masked_at_limit",
                    {{"user", identity_.user},
                     {"person", asking_->person()},
                     {"role", identity_.access.role->name},
                     {"classes", limits.taken()}});
}

void RestrictedSession::record(std::size_t sent_before) {
    if (account_.record()) return;
    monitoring::log(monitoring::Level::error, "budget_journal_failed",
                    {{"user", identity_.user}, {"role", identity_.access.role->name}});
    effects_->to_client.resize(sent_before);
    if (!closed_) end_session("58030", unrecorded_message);
}

bool RestrictedSession::paid(const accounting::RowResult& result) {
    if (std::holds_alternative<accounting::RowCounted>(result)) return true;
    if (const auto* stopped = std::get_if<accounting::RowStopped>(&result)) {
        stop(*stopped);
    } else if (std::holds_alternative<accounting::RowWaits>(result)) {
        await_budgets();
    } else {
        unexpected("a hidden key that cannot be read");
    }
    return false;
}

void RestrictedSession::await_budgets() {
    budgets_asked_ = true;
    effects_->await_budgets = true;
}

bool RestrictedSession::waits_for_budgets(const wire::Frame& frame) {
    if (cancelled_ || services_.budgets.ready(asking_->limits().whole(), now_)) return false;
    waiting_message_.emplace(frame.bytes());
    await_budgets();
    return true;
}

bool RestrictedSession::charge_row(std::span<const wire::Value> keys, const Rows& rows) {
    // Where values are masked from the limit on, what is left must be used up before they are.
    const bool together = !identity_.access.role->masks_at_limit;
    const auto charged =
        account_.charge(*rows.payers, keys, rows.plan->printed, now_, *rows.findings, together);
    if (paid(charged)) return true;
    if (!stopped_) return false;
    // That somebody fits who may not be shown is an answer, too. Whom a detector stopped is paid for, and
    // when nobody can be counted, an empty answer ends in the same way.
    const auto* stopped = std::get_if<accounting::RowStopped>(&charged);
    const bool full = stopped != nullptr && std::holds_alternative<accounting::Exceeded>(stopped->why);
    const bool many = stopped != nullptr && std::holds_alternative<accounting::TooManyBehind>(stopped->why);
    if (many || (full && !rows.findings->asked)) {
        owe_failure(rows, now_);
    }
    effects_->cancel_backend = true;
    cancelling_ = true;
    return false;
}

bool RestrictedSession::charge_rest(const Rows& rows) {
    if (rows.plan == nullptr) return true;
    auto& findings = *rows.findings;
    const auto misses = findings.due_misses(rows.searched_values, rows.plan->printed.empty_answers);
    // Whoever is named by his key and searched by a value too: the value is a guess.
    return misses != 1 || !findings.asked || rows.plan->printed.searches()
               ? charge_misses(*rows.payers, misses, *rows.plan)
               : paid(account_.charge_asked(*rows.payers, findings, rows.plan->printed, now_));
}

bool RestrictedSession::charge_end(const enforcement::StatementPlan& statement, const Rows& rows) {
    const auto& payers = *rows.payers;
    const bool charged =
        charge_rest(rows) &&
        (rows.plan == nullptr || !jumps(statement) || charge_misses(payers, 1, *rows.plan)) &&
        (!runs_later(statement) || charge_misses(payers, 1, statement));
    if (!budgets_asked_) rows.findings->end();
    return charged;
}

bool RestrictedSession::charge_failure(ExpectedAnswer& answer, const wire::ErrorResponse& error) {
    // DECLARE and PREPARE have no rows of their own, but what fails in them may tell as much.
    const Rows rows = rows_of(answer);
    const auto* plan = rows.plan != nullptr ? rows.plan : statement_of(answer);
    if (plan == nullptr || !plan->printed.reads_protected) {
        plan = failed_later(answer);
        return plan == nullptr || charge_misses(*remembered_payers_, 1, *plan);
    }
    // As an empty answer: else it would tell of whoever is asked about that he cannot be shown.
    const auto misses = rows.findings->failure_misses(rows.searched_values);
    const bool tells_of_asked = rows.findings->asked && !plan->printed.searches();
    bool charged = tells_of_asked
                       ? paid(account_.charge_asked(*rows.payers, *rows.findings, plan->printed, now_))
                       : charge_misses(*rows.payers, misses, *plan);
    if (charged && tells_of_asked && meets_somebody_else(error, *identity_.access.policy))
        charged = charge_misses(*rows.payers, 1, *plan);
    if (!budgets_asked_) rows.findings->end();
    if (!charged || !rows.findings->asked || !plan->printed.searches()) return charged;
    return paid(account_.look_at_asked(*rows.payers, *rows.findings, now_));
}

void RestrictedSession::charge_abandoned(TimePoint now) {
    const auto runs = [](const ExpectedAnswer& answer) {
        return answer.kind == ExpectedAnswer::Kind::execute || answer.kind == ExpectedAnswer::Kind::query;
    };
    const auto answer = std::ranges::find_if(expected_, runs);
    if (answer == expected_.end() || answer->refusal || stopped_) return;
    const Rows rows = rows_of(*answer);
    const auto* plan = rows.plan;
    if (plan == nullptr || !plan->printed.reads_protected) return;
    owe_failure(rows, now);
}

// Rows that were given may have told of each value that it searches for.
void RestrictedSession::owe_failure(const Rows& rows, TimePoint now) {
    for (std::uint64_t i = rows.findings->failure_misses(rows.searched_values); i > 0; --i)
        account_.owe_miss(*rows.payers, kinds_asked_of(*rows.plan), rows.plan->printed.in_clear, now);
}

void RestrictedSession::remember(const ExpectedAnswer& answer) {
    const auto* own = statement_of(answer);
    if (own != nullptr && own->printed.reads_protected) {
        auto read = std::make_shared<Prepared>();
        read->plan = answer.plan;
        read->index = answer.statement;
        remembered_ = std::move(read);
    } else if (answer.portal && answer.portal->shown().statement->statement() != nullptr &&
               answer.portal->shown().statement->statement()->printed.reads_protected) {
        remembered_ = answer.portal->shown().statement;
    } else {
        return;
    }
    // The same cursor may be read by another person.
    remembered_payers_ = payers_of(answer);
}

const enforcement::StatementPlan* RestrictedSession::failed_later(const ExpectedAnswer& answer) const {
    if (!remembered_ || answer.refusal) return nullptr;
    const auto* statement = statement_of(answer);
    const bool ends = statement == nullptr || statement->kind == sql::StatementKind::commit ||
                      statement->kind == sql::StatementKind::set;
    return ends ? remembered_->statement() : nullptr;
}

// What the text itself says wrong is found before PostgreSQL describes the rows; rows of another statement it
// describes when it has read them.
bool RestrictedSession::fails_on_counted(ExpectedAnswer& answer, const wire::Report& error) {
    const auto* later = failed_later(answer);
    if (!reads_in_step(answer)) return false;
    const auto* own = statement_of(answer);
    const bool of_another = own != nullptr && runs_another(own->kind);
    if (of_another && is_of_the_text(error)) return false;
    const bool runs =
        answer.kind == ExpectedAnswer::Kind::execute ||
        (answer.kind == ExpectedAnswer::Kind::query && (answer.described || copying_out_ || of_another));
    if (!runs && later == nullptr) return false;
    const auto* plan = rows_of(answer).plan;
    if (plan == nullptr) plan = statement_of(answer);
    if (plan == nullptr || kinds_asked_of(*plan).empty()) plan = later;
    return plan != nullptr && !kinds_asked_of(*plan).empty() && !payers_of(answer)->accounts.empty();
}

bool RestrictedSession::charge_misses(const Payers& payers, std::uint64_t misses,
                                      const enforcement::StatementPlan& plan) {
    return paid(account_.charge_misses(payers, misses, kinds_asked_of(plan), plan.printed.in_clear, now_));
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
    if (steps_) end_steps();
}

}  // namespace gateway::session
