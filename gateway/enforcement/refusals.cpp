#include "gateway/enforcement/refusals.hpp"

#include <algorithm>

namespace gateway::enforcement {
namespace {

using policies::Reason;

struct Told {
    std::string_view sqlstate;
    Reason reason;
    bool by_policy = false;  // the message names the role's rule
};

Told told_of(sql::Errc code) {
    switch (code) {
        case sql::Errc::too_large: return {"54001", Reason::too_complex};
        case sql::Errc::too_deep: return {"54001", Reason::too_complex};
        case sql::Errc::invalid_encoding: return {"22021", Reason::syntax};
        case sql::Errc::syntax_error: return {"42601", Reason::syntax};
        case sql::Errc::unsupported: return {"42501", Reason::unsupported, true};
        case sql::Errc::reserved_name: return {"42939", Reason::names};
        case sql::Errc::undefined_table: return {"42P01", Reason::names};
        case sql::Errc::undefined_column: return {"42703", Reason::names};
        case sql::Errc::ambiguous_column: return {"42702", Reason::names};
        case sql::Errc::undefined_function: return {"42883", Reason::names};
        case sql::Errc::undefined_object: return {"42704", Reason::names};
        case sql::Errc::duplicate_alias: return {"42712", Reason::names};
        case sql::Errc::column_list: return {"42P10", Reason::names};
        case sql::Errc::invalid_recursion: return {"42P19", Reason::syntax};
        case sql::Errc::too_many_columns: return {"54011", Reason::too_complex};
        case sql::Errc::wrong_object_type: return {"42809", Reason::names};
        case sql::Errc::not_in_postgresql: return {"0A000", Reason::syntax};
        case sql::Errc::not_countable: return {"42501", Reason::not_countable, true};
        case sql::Errc::not_aggregated: return {"42501", Reason::not_aggregated, true};
        case sql::Errc::not_maskable: return {"42501", Reason::unsupported, true};
        case sql::Errc::verify_failed: return {"XX000", Reason::verify_failed};
    }
    return {"XX000", Reason::verify_failed};
}

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }

const policies::RuleId& rule_for(sql::Errc code, const policies::Role& role) {
    return code == sql::Errc::not_countable && !role.budgets.empty() ? role.budgets.front().rule : role.rule;
}

}  // namespace

Refusal refusal_of(const sql::Error& error, std::string_view text, const policies::Role& role,
                   sql::StatementKind kind) {
    const Told told = told_of(error.code);
    Refusal refusal{.sqlstate = std::string(told.sqlstate),
                    .reason = told.reason,
                    .kind = kind,
                    .message = error.message,
                    .hint = error.hint};
    if (told.by_policy)
        refusal.message += " (role " + role.name + ", " + rule_for(error.code, role).text() + ')';
    if (error.offset && *error.offset <= text.size()) {
        refusal.position = 1 + std::ranges::count_if(text.substr(0, *error.offset), begins_character);
    }
    return refusal;
}

Refusal refusal_of(const policies::Deny& deny, sql::StatementKind kind) {
    return {
        .sqlstate = "42501", .reason = deny.reason, .kind = kind, .message = deny.message, .hint = deny.hint};
}

}  // namespace gateway::enforcement
