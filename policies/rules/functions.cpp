#include "policies/rules/functions.hpp"

#include <algorithm>

#include "policies/bind/names.hpp"
#include "policies/rules/relations.hpp"
#include "policies/rules/settings.hpp"

namespace policies::rules {
namespace {

bool named_by_role(const Role& role, const std::string& name) {
    return std::ranges::any_of(role.functions, [&](const auto& allowed) { return allowed.first == name; });
}

/// nextval and its kind belong to writing: the sequence fills a column of a table that the role may write, or
/// stands in its 'write' itself.
bool may_use_sequence(const Request& request, const sql::FunctionUse& use) {
    if (!use.sequence) return false;
    const sql::Relation* sequence = request.policy.catalog().relation(*use.sequence);
    return sequence != nullptr && sequence->kind == sql::RelationKind::sequence &&
           (may_write(request, sequence->owned_by) || may_write(request, sequence->oid));
}

Deny refuse_call(const Request& request, const sql::FunctionUse& use, const std::string& reason,
                 std::string hint) {
    const std::string through = use.through_view ? ", which a view calls" : "";
    return refuse(request.role, Reason::function_not_allowed,
                  "call " + use.schema + '.' + use.name + through + ": " + reason, std::move(hint));
}

Deny refuse_dangerous(const Request& request, const sql::FunctionUse& use, sql::Danger danger) {
    const auto words = sql::words_of(danger);
    return refuse_call(request, use, std::string(words.reason), std::string(words.hint));
}

/// Others than those of the catalog.
bool reads_tables(const Request& request) {
    return std::ranges::any_of(request.facts.relations, [&](const sql::RelationUse& use) {
        const sql::Relation* relation = request.policy.catalog().relation(use.relation);
        return use.temporary || relation == nullptr || !bind::is_system_schema(relation->schema);
    });
}

std::optional<Deny> check_setting_call(const Request& request, const sql::FunctionUse& use) {
    if (!use.setting) return refuse_dangerous(request, use, sql::Danger::settings);
    if (!use.writes_setting) return check_show(request.role, *use.setting);
    if (use.setting->name == "search_path" && !request.facts.setting) {
        return refuse_call(request, use, "the search path is followed from statement to statement",
                           "Send SET search_path, or SELECT set_config('search_path', ...), by itself.");
    }
    const std::string& name = use.setting->name;
    if (name == person_setting || name == token_setting) {
        return refuse_call(request, use, "for whom a session asks is followed from statement to statement",
                           "Send SET " + name + ", or say it in a comment of the statement.");
    }
    if (reads_tables(request)) {
        return refuse_call(request, use, "which rows it is called for would be told by what it sets",
                           "Send SET, or SELECT set_config(...), by itself.");
    }
    return check_set(request.role, *use.setting);
}

std::optional<Deny> check_function(const Request& request, const sql::FunctionUse& use) {
    if (use.safe_builtin || use.answered) return std::nullopt;
    if (!use.danger) {
        return refuse_call(request, use, "it is neither a built-in known to be safe nor named by the policy",
                           "Those who keep the policy can name it in the role's 'functions'; built-in "
                           "functions that only compute are allowed.");
    }
    switch (*use.danger) {
        case sql::Danger::settings: return check_setting_call(request, use);
        case sql::Danger::transactions:
            if (request.role.counted.empty()) return std::nullopt;
            return refuse_dangerous(request, use, *use.danger);
        case sql::Danger::sequences:
            if (may_use_sequence(request, use)) return std::nullopt;
            return refuse_dangerous(request, use, *use.danger);
        // As NOTIFY: what reads no table sends the client's own words.
        case sql::Danger::notifies:
            if (request.role.may_run("notify") && request.facts.relations.empty()) return std::nullopt;
            return refuse_dangerous(request, use, *use.danger);
        case sql::Danger::runs_sql:
        case sql::Danger::reads_by_name:
        case sql::Danger::files:
        case sql::Danger::large_objects:
        case sql::Danger::statistics:
        case sql::Danger::sizes:
        case sql::Danger::other_sessions:
        case sql::Danger::our_text:
        case sql::Danger::sleeps:
        case sql::Danger::locks:
        case sql::Danger::replication:
        case sql::Danger::wal:
        case sql::Danger::maintenance:
        case sql::Danger::secrets:
        case sql::Danger::internal: return refuse_dangerous(request, use, *use.danger);
    }
    return refuse_dangerous(request, use, *use.danger);  // a value from outside the enum
}

}  // namespace

std::optional<Deny> check_functions(const Request& request) {
    for (const sql::FunctionUse& use : request.facts.functions) {
        if (named_by_role(request.role, use.schema + '.' + use.name)) continue;
        if (auto denied = check_function(request, use)) return denied;
    }
    return std::nullopt;
}

}  // namespace policies::rules
