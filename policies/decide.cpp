#include "policies/decide.hpp"

#include "policies/rules/columns.hpp"
#include "policies/rules/functions.hpp"
#include "policies/rules/relations.hpp"
#include "policies/rules/request.hpp"
#include "policies/rules/settings.hpp"
#include "policies/rules/treatment.hpp"

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
                         "only SELECT is allowed; " + rules::readable_tables(request.role));
}

Decision decide_select(const Request& request) {
    if (request.facts.writes) {
        return rules::refuse(request.role, Reason::statement_kind, "change rows in a SELECT",
                             "only SELECT that reads is allowed; " + rules::readable_tables(request.role));
    }
    if (request.facts.locks_rows) {
        return rules::refuse(request.role, Reason::row_locking, "lock rows",
                             "leave out FOR UPDATE or FOR SHARE");
    }
    if (auto denied = rules::check_relations(request)) return *std::move(denied);
    if (auto denied = rules::check_columns(request)) return *std::move(denied);
    if (auto denied = rules::check_functions(request)) return *std::move(denied);
    return rules::rewrite_of(request);
}

// The query that another statement carries is decided as if it stood by itself.
Decision decide_carried(const Request& request) {
    if (request.facts.carries == sql::StatementKind::select) return decide_select(request);
    return refuse_kind(request);
}

Decision decide_copy(const Request& request) {
    if (!request.facts.copy) return refuse_kind(request);
    const sql::CopyUse& copy = *request.facts.copy;
    if (copy.through_server) {
        return rules::refuse(request.role, Reason::statement_kind,
                             "COPY through a file or program of the server",
                             "use COPY ... TO STDOUT; in psql, \\copy");
    }
    if (copy.encoding) {
        if (auto denied = rules::check_set(request.role, {"client_encoding", {*copy.encoding}}))
            return *std::move(denied);
    }
    if (copy.from) return refuse_kind(request);
    return request.facts.carries ? decide_carried(request) : decide_select(request);
}

// Arguments of EXECUTE.
Decision decide_arguments(const Request& request) {
    if (auto denied = rules::check_functions(request)) return *std::move(denied);
    return rules::rewrite_of(request);
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
        case sql::StatementKind::select: return decide_select(request);
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
        case sql::StatementKind::discard: return Rewrite{};
        case sql::StatementKind::declare_cursor:
        case sql::StatementKind::prepare: return decide_carried(request);
        case sql::StatementKind::copy: return decide_copy(request);
        case sql::StatementKind::fetch: return rules::rewrite_of(request);
        case sql::StatementKind::execute: return decide_arguments(request);
        case sql::StatementKind::insert:
        case sql::StatementKind::update:
        case sql::StatementKind::delete_rows:
        case sql::StatementKind::merge:
        case sql::StatementKind::explain:
        case sql::StatementKind::listen:
        case sql::StatementKind::notify:
        case sql::StatementKind::unlisten:
        case sql::StatementKind::lock:
        case sql::StatementKind::call:
        case sql::StatementKind::do_block:
        case sql::StatementKind::ddl:
        case sql::StatementKind::other: return refuse_kind(request);
    }
    return refuse_kind(request);  // a value from outside the enum
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
