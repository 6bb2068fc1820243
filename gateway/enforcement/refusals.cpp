#include "gateway/enforcement/refusals.hpp"

#include <algorithm>

namespace gateway::enforcement {
namespace {

using policies::Reason;

/// How an error of sql is told. A mistake is told in PostgreSQL's own words, as it would tell it; a refusal
/// is Tabir's: it names the rule, and has a hint even where sql gives none.
struct Told {
    std::string_view sqlstate;
    Reason reason;
    std::string_view hint = {};  // empty: a mistake
};

constexpr std::string_view ask_for_more =
    "Write the statement in another form; tabir explain tells what becomes of each.";

Told told_of(sql::Errc code) {
    switch (code) {
        case sql::Errc::too_large:
            return {"54001", Reason::too_complex,
                    "Send fewer statements at a time, and long values as parameters."};
        case sql::Errc::too_deep:
            return {"54001", Reason::too_complex, "Nest fewer brackets and sub-queries."};
        case sql::Errc::invalid_encoding: return {"22021", Reason::syntax};
        case sql::Errc::syntax_error: return {"42601", Reason::syntax};
        case sql::Errc::unsupported: return {"42501", Reason::unsupported, ask_for_more};
        case sql::Errc::reserved_name: return {"42939", Reason::names, "Choose another name."};
        case sql::Errc::undefined_table: return {"42P01", Reason::names};
        case sql::Errc::undefined_column: return {"42703", Reason::names};
        case sql::Errc::ambiguous_column: return {"42702", Reason::names};
        case sql::Errc::undefined_function: return {"42883", Reason::names};
        case sql::Errc::undefined_object: return {"42704", Reason::names};
        case sql::Errc::duplicate_alias: return {"42712", Reason::names};
        case sql::Errc::column_list: return {"42P10", Reason::names};
        case sql::Errc::invalid_recursion: return {"42P19", Reason::syntax};
        case sql::Errc::too_many_columns: return {"54011", Reason::too_complex};
        case sql::Errc::not_in_postgresql: return {"0A000", Reason::syntax};
        case sql::Errc::wrong_object_type:
            return {"42809", Reason::unsupported, "Use COPY (SELECT ...) TO STDOUT."};
        case sql::Errc::not_countable:
            return {"42501", Reason::not_countable,
                    "Select from the tables themselves, with each person's row or group in the result."};
        case sql::Errc::not_aggregated:
            return {"42501", Reason::not_aggregated,
                    "Select aggregates such as count(*), grouped by columns that are shown in clear."};
        case sql::Errc::not_maskable:
            return {"42501", Reason::unsupported,
                    "Use columns that are shown in clear, or leave this part out."};
        case sql::Errc::verify_failed:
            return {"XX000", Reason::verify_failed,
                    "Please report it as a defect of Tabir, with the statement."};
    }
    return {"XX000", Reason::verify_failed, "Please report it as a defect of Tabir, with the statement."};
}

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; }

const policies::RuleId& rule_for(sql::Errc code, const policies::Role& role) {
    return code == sql::Errc::not_countable && !role.budget.empty() ? role.budget.front().limits.front().rule
                                                                    : role.rule;
}

std::string with_rule(std::string message, const policies::Role& role, const policies::RuleId& rule) {
    return std::move(message) + " (role " + role.name + ", " + rule.text() + ')';
}

}  // namespace

Refusal refusal_of(const sql::Error& error, std::string_view text, const policies::Role& role,
                   sql::StatementKind kind) {
    const Told told = told_of(error.code);
    const bool mistake = told.hint.empty();
    Refusal refusal{
        .sqlstate = std::string(told.sqlstate),
        .reason = told.reason,
        .kind = kind,
        .message = mistake ? error.message : with_rule(error.message, role, rule_for(error.code, role)),
        .hint = error.hint.empty() ? std::string(told.hint) : error.hint};
    if (error.offset && *error.offset <= text.size()) {
        refusal.position = 1 + std::ranges::count_if(text.substr(0, *error.offset), begins_character);
    }
    return refusal;
}

Refusal refusal_of(const policies::Deny& deny, sql::StatementKind kind) {
    return {
        .sqlstate = "42501", .reason = deny.reason, .kind = kind, .message = deny.message, .hint = deny.hint};
}

Refusal too_long(std::size_t most_bytes, const policies::Role& role) {
    return {.sqlstate = "54000",
            .reason = Reason::too_complex,
            .message = with_rule("the statement is longer than " + std::to_string(most_bytes) + " bytes",
                                 role, role.rule),
            .hint = "Pass long values as parameters."};
}

Refusal path_in_the_middle(sql::StatementKind kind, const policies::Role& role) {
    return {.sqlstate = "0A000",
            .reason = Reason::unsupported,
            .kind = kind,
            .message =
                with_rule("search_path changes with the transaction that ends in the middle of this message",
                          role, role.rule),
            .hint = "Send what stands behind COMMIT or ROLLBACK by itself."};
}

Refusal person_in_the_middle(sql::StatementKind kind, const policies::Role& role) {
    return {.sqlstate = "0A000",
            .reason = Reason::unsupported,
            .kind = kind,
            .message = with_rule(
                "for whom is asked changes with the transaction that ends in the middle of this message",
                role, role.rule),
            .hint = "Send what stands behind COMMIT or ROLLBACK by itself."};
}

Refusal temporary_in_the_middle(sql::StatementKind kind, const policies::Role& role) {
    return {.sqlstate = "0A000",
            .reason = Reason::unsupported,
            .kind = kind,
            .message =
                with_rule("a statement cannot follow one that may change what it means in the same message",
                          role, role.rule),
            .hint = "Send each statement by itself."};
}

Refusal temporary_outdated(sql::StatementKind kind, const policies::Role& role) {
    return {.sqlstate = "42501",
            .reason = Reason::unsupported,
            .kind = kind,
            .message = with_rule(
                "the session's temporary tables were filled under another policy, or for another person",
                role, role.rule),
            .hint = "Run DISCARD TEMP, and make them anew."};
}

}  // namespace gateway::enforcement
