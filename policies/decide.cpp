#include "policies/decide.hpp"

#include <algorithm>

#include "policies/rules/columns.hpp"
#include "policies/rules/functions.hpp"
#include "policies/rules/partitions.hpp"
#include "policies/rules/relations.hpp"
#include "policies/rules/request.hpp"
#include "policies/rules/settings.hpp"
#include "policies/rules/treatment.hpp"
#include "policies/rules/writes.hpp"

namespace policies {
namespace {

using rules::Request;

Decision unless(std::optional<Deny> denied) {
    if (denied) return *std::move(denied);
    return Rewrite{};
}

Deny refuse_kind(const Request& request) {
    const std::string command =
        request.facts.command.empty() ? sql::name_of(request.facts.kind) : request.facts.command;
    return rules::refuse(request.role, Reason::statement_kind, "run " + command,
                         "SELECT, and changing the rows that 'write' of the role names, are allowed; " +
                             rules::readable_tables(request.role));
}

/// SELECT, INSERT, UPDATE, DELETE and MERGE: each may hold the others.
Decision decide_query(const Request& request) {
    if (auto denied = rules::check_writes(request)) return *std::move(denied);
    if (auto denied = rules::check_locks(request)) return *std::move(denied);
    if (auto denied = rules::check_relations(request)) return *std::move(denied);
    if (auto denied = rules::check_columns(request)) return *std::move(denied);
    if (auto denied = rules::check_functions(request)) return *std::move(denied);
    return rules::rewrite_of(request);
}

// What another statement carries is decided as if it stood by itself.
Decision decide_carried(const Request& request) {
    using Kind = sql::StatementKind;
    const auto carried = request.facts.carries;
    if (carried == Kind::select || carried == Kind::insert || carried == Kind::update ||
        carried == Kind::delete_rows || carried == Kind::merge)
        return decide_query(request);
    return refuse_kind(request);
}

Decision decide_copy(const Request& request) {
    if (!request.facts.copy) return refuse_kind(request);
    const sql::CopyUse& copy = *request.facts.copy;
    if (copy.through_server) {
        return rules::refuse(request.role, Reason::statement_kind,
                             "COPY through a file or program of the server",
                             std::string(copy.from ? "use COPY ... FROM STDIN" : "use COPY ... TO STDOUT") +
                                 "; in psql, \\copy");
    }
    if (copy.encoding) {
        if (auto denied = rules::check_set(request.role, {"client_encoding", {*copy.encoding}}))
            return *std::move(denied);
    }
    if (copy.from && request.facts.writes.empty()) return refuse_kind(request);
    return request.facts.carries ? decide_carried(request) : decide_query(request);
}

// Arguments of EXECUTE and CALL: functions are called, and nothing is read.
Decision decide_arguments(const Request& request) {
    if (auto denied = rules::check_functions(request)) return *std::move(denied);
    return rules::rewrite_of(request);
}

Deny refuse_statement(const Request& request, const char* statement) {
    return rules::refuse(
        request.role, Reason::statement_kind, "run " + request.facts.command,
        std::string("the role's 'statements' may grant it: statements: [") + statement + "]");
}

Decision decide_granted(const Request& request, const char* statement) {
    if (!request.role.may_run(statement)) return refuse_statement(request, statement);
    return Rewrite{};
}

bool reads_something_protected(const Decision& decision) {
    const auto* rewrite = std::get_if<Rewrite>(&decision);
    return rewrite != nullptr && !rewrite->treatment.relations.empty();
}

bool counts_somebody(const Decision& decision) {
    const auto* rewrite = std::get_if<Rewrite>(&decision);
    return rewrite != nullptr && std::ranges::any_of(rewrite->treatment.relations, [&](const auto& relation) {
               return !sql::counted_subjects(rewrite->treatment, relation.get()).empty();
           });
}

// A plan without estimates shows nothing of rows. Running it tells how many there are, and carries no keys.
Decision decide_explain(const Request& request) {
    const bool of_prepared = request.facts.carries == sql::StatementKind::execute;
    auto decision = of_prepared ? decide_arguments(request) : decide_carried(request);
    if (request.facts.runs_a_plan && !request.facts.writes.empty() && !request.role.counted.empty()) {
        return rules::refuse(request.role, Reason::not_countable,
                             "change rows by EXPLAIN ANALYZE, which counts nobody",
                             "use plain EXPLAIN, or send the statement by itself");
    }
    if (request.facts.runs_a_plan && !request.role.counted.empty() &&
        (of_prepared || counts_somebody(decision))) {
        return rules::refuse(
            request.role, Reason::not_countable,
            "run EXPLAIN ANALYZE over tables of people who are counted, because it tells how "
            "many rows there are and counts nobody",
            "use plain EXPLAIN");
    }
    if (request.facts.runs_a_plan && request.role.aggregates_only && reads_something_protected(decision)) {
        return rules::refuse(request.role, Reason::not_aggregated,
                             "run EXPLAIN ANALYZE over tables of which it sees only aggregates, because it "
                             "tells how many rows are left out",
                             "use plain EXPLAIN");
    }
    if (request.facts.runs_a_plan) {
        if (auto denied = rules::check_counted_parts(request)) return *std::move(denied);
    }
    const bool may_run = request.role.may_run("explain_analyze");
    if (request.facts.runs_a_plan && !may_run && (of_prepared || reads_something_protected(decision))) {
        return rules::refuse(
            request.role, Reason::statement_kind, "run EXPLAIN ANALYZE over protected tables",
            "use plain EXPLAIN; the role's 'statements' may grant it: statements: [explain_analyze]");
    }
    if (auto* rewrite = std::get_if<Rewrite>(&decision)) rewrite->treatment.run_plans = may_run;
    return decision;
}

// Weak modes only keep a table that is read from being altered; strong ones stop others.
Decision decide_lock(const Request& request) {
    if (auto denied = rules::check_relations(request)) return *std::move(denied);
    const bool writes = std::ranges::all_of(request.facts.relations, [&](const sql::RelationUse& use) {
        return rules::may_write(request, use.relation);
    });
    if (request.facts.weak_lock || writes || request.role.may_run("lock")) return Rewrite{};
    return rules::refuse(
        request.role, Reason::statement_kind, "lock tables in this mode",
        "IN ACCESS SHARE MODE and IN ROW SHARE MODE are allowed; the role's 'statements' may grant "
        "the others: statements: [lock]");
}

// The procedure itself is one of the role's functions.
Decision decide_call(const Request& request) {
    if (!request.role.may_run("call")) return refuse_statement(request, "call");
    return decide_arguments(request);
}

/// Its name in the policy's `statements`.
constexpr const char* temporary_tables = "temp_tables";

// What is kept is what the role sees: its query is decided as if it stood by itself. So are the expressions
// of its indexes and constraints.
Decision decide_create_temporary(const Request& request) {
    if (!request.role.may_run(temporary_tables)) return refuse_statement(request, temporary_tables);
    if (!request.facts.writes.empty()) {
        return rules::refuse(request.role, Reason::unsupported,
                             "change rows by a statement that makes a temporary table",
                             "send the statement that changes rows by itself");
    }
    return decide_query(request);
}

Deny refuse_do(const Request& request) {
    return rules::refuse(
        request.role, Reason::statement_kind, "run DO",
        "its code cannot be checked; put it into a procedure that the role's 'functions' name, and CALL it");
}

Deny refuse_ddl(const Request& request) {
    return rules::refuse(
        request.role, Reason::statement_kind, "run " + request.facts.command,
        std::string("only unrestricted roles may change the schema") +
            (request.role.may_run(temporary_tables) ? ", others that of temporary tables that they made; "
                                                    : "; ") +
            rules::readable_tables(request.role));
}

Decision decide_setting(const Request& request,
                        std::optional<Deny> (*check)(const Role&, const sql::SettingUse&)) {
    if (!request.facts.setting) return refuse_kind(request);
    return unless(check(request.role, *request.facts.setting));
}

}  // namespace

Decision decide(const BoundPolicy& policy, const Role& role, const std::string& user,
                const sql::Facts& facts) {
    const Request request{policy, role, user, facts};
    switch (facts.kind) {
        case sql::StatementKind::select:
        case sql::StatementKind::insert:
        case sql::StatementKind::update:
        case sql::StatementKind::delete_rows:
        case sql::StatementKind::merge: return decide_query(request);
        case sql::StatementKind::set: return decide_setting(request, rules::check_set);
        case sql::StatementKind::reset: return decide_setting(request, rules::check_reset);
        case sql::StatementKind::show: return decide_setting(request, rules::check_show);
        case sql::StatementKind::empty:
        case sql::StatementKind::begin:
        case sql::StatementKind::commit:
        case sql::StatementKind::rollback:
        case sql::StatementKind::savepoint:
        case sql::StatementKind::release_savepoint:
        case sql::StatementKind::rollback_to_savepoint:
        case sql::StatementKind::deallocate:
        case sql::StatementKind::close_cursor:
        case sql::StatementKind::unlisten:
        case sql::StatementKind::discard: return Rewrite{};
        case sql::StatementKind::declare_cursor:
        case sql::StatementKind::prepare: return decide_carried(request);
        case sql::StatementKind::copy: return decide_copy(request);
        case sql::StatementKind::fetch: return rules::rewrite_of(request);
        case sql::StatementKind::execute: return decide_arguments(request);
        case sql::StatementKind::explain: return decide_explain(request);
        case sql::StatementKind::listen: return decide_granted(request, "listen");
        case sql::StatementKind::notify: return decide_granted(request, "notify");
        case sql::StatementKind::lock: return decide_lock(request);
        case sql::StatementKind::call: return decide_call(request);
        case sql::StatementKind::create_temporary:
        case sql::StatementKind::alter_temporary: return decide_create_temporary(request);
        case sql::StatementKind::drop_temporary:
        case sql::StatementKind::truncate_temporary: return decide_granted(request, temporary_tables);
        case sql::StatementKind::do_block: return refuse_do(request);
        case sql::StatementKind::ddl: return refuse_ddl(request);
        case sql::StatementKind::other: return refuse_kind(request);
    }
    return refuse_kind(request);  // a value from outside the enum
}

// What is written hangs on which columns * shows. Where that is an error, so will be the print.
sql::Facts facts_for(const BoundPolicy& policy, const Role& role, const std::string& user,
                     const sql::Analysis& analysis, std::size_t index) {
    sql::Facts facts = analysis.statements()[index];
    if (facts.writes.empty() || (facts.copy && facts.copy->from)) return facts;
    const sql::Treatment treatment = rules::rewrite_of({policy, role, user, facts}).treatment;
    if (treatment.relations.empty()) return facts;
    if (auto writes = analysis.writes_under(index, treatment)) facts.writes = std::move(*writes);
    return facts;
}

std::optional<Deny> check_setting(const PolicySet&, const Role& role, const sql::SettingUse& setting) {
    return rules::check_set(role, setting);
}

const char* name_of(Reason reason) {
    switch (reason) {
        case Reason::statement_kind: return "statement_kind";
        case Reason::unlisted_table: return "unlisted_table";
        case Reason::table_not_granted: return "table_not_granted";
        case Reason::stripped_column: return "stripped_column";
        case Reason::class_flow: return "class_flow";
        case Reason::function_not_allowed: return "function_not_allowed";
        case Reason::system_catalog: return "system_catalog";
        case Reason::setting_not_allowed: return "setting_not_allowed";
        case Reason::row_locking: return "row_locking";
        case Reason::not_countable: return "not_countable";
        case Reason::not_aggregated: return "not_aggregated";
        case Reason::unsupported: return "unsupported";
        case Reason::syntax: return "syntax";
        case Reason::names: return "names";
        case Reason::too_complex: return "too_complex";
        case Reason::verify_failed: return "verify_failed";
    }
    return "unknown";
}

}  // namespace policies
