#include "monitoring/labels.hpp"

#include <algorithm>
#include <array>

namespace monitoring {
namespace {

constexpr std::array<std::string_view, 36> kinds{"alter_temporary",
                                                 "begin",
                                                 "call",
                                                 "close",
                                                 "commit",
                                                 "copy",
                                                 "create_temporary",
                                                 "ddl",
                                                 "deallocate",
                                                 "declare",
                                                 "delete",
                                                 "discard",
                                                 "do",
                                                 "drop_temporary",
                                                 "empty",
                                                 "execute",
                                                 "explain",
                                                 "fetch",
                                                 "insert",
                                                 "listen",
                                                 "lock",
                                                 "merge",
                                                 "notify",
                                                 other,
                                                 "prepare",
                                                 "release_savepoint",
                                                 "reset",
                                                 "rollback",
                                                 "rollback_to_savepoint",
                                                 "savepoint",
                                                 "select",
                                                 "set",
                                                 "show",
                                                 "truncate_temporary",
                                                 "unlisten",
                                                 "update"};

constexpr std::array<std::string_view, 17> reasons{"class_flow",
                                                   "function_not_allowed",
                                                   "names",
                                                   "not_aggregated",
                                                   "not_countable",
                                                   "other",
                                                   "row_locking",
                                                   "setting_not_allowed",
                                                   "statement_kind",
                                                   "stripped_column",
                                                   "syntax",
                                                   "system_catalog",
                                                   "table_not_granted",
                                                   "too_complex",
                                                   "unlisted_table",
                                                   "unsupported",
                                                   "verify_failed"};

// PostgreSQL documentation, appendix A, "Class".
constexpr std::array<std::string_view, 44> classes{
    "00", "01", "02", "03", "08", "09", "0A", "0B", "0F", "0L", "0P", "0Z", "20", "21", "22",
    "23", "24", "25", "26", "27", "28", "2B", "2D", "2F", "34", "38", "39", "3B", "3D", "3F",
    "40", "42", "44", "53", "54", "55", "57", "58", "72", "F0", "HV", "P0", "XX", other};

constexpr std::array<std::string_view, 7> detector_names{
    "canaries", "consecutive_keys", "many_readers", "misses", other, "outside_hours", "watched"};

static_assert(std::ranges::is_sorted(detector_names));
static_assert(std::ranges::is_sorted(kinds));
static_assert(std::ranges::is_sorted(reasons));
static_assert(std::ranges::is_sorted(classes));

}  // namespace

std::span<const std::string_view> statement_kinds() { return kinds; }
std::span<const std::string_view> refusal_reasons() { return reasons; }
std::span<const std::string_view> detectors() { return detector_names; }
std::span<const std::string_view> sqlstate_classes() { return classes; }

std::size_t place_of(std::string_view value, std::span<const std::string_view> sorted) {
    auto found = std::ranges::lower_bound(sorted, value);
    if (found == sorted.end() || *found != value) found = std::ranges::lower_bound(sorted, other);
    return static_cast<std::size_t>(found - sorted.begin());
}

std::string_view name_of(Decision decision) {
    switch (decision) {
        case Decision::relayed: return "relayed";
        case Decision::rewritten: return "rewritten";
        case Decision::refused: return "refused";
    }
    return other;
}

std::string_view name_of(SessionState state) {
    switch (state) {
        case SessionState::idle: return "idle";
        case SessionState::active: return "active";
        case SessionState::in_transaction: return "in_transaction";
    }
    return other;
}

std::string_view name_of(LoginResult result) {
    switch (result) {
        case LoginResult::accepted: return "accepted";
        case LoginResult::wrong_credentials: return "wrong_credentials";
        case LoginResult::not_permitted: return "not_permitted";
        case LoginResult::tls_failed: return "tls_failed";
        case LoginResult::timed_out: return "timed_out";
        case LoginResult::protocol_error: return "protocol_error";
        case LoginResult::too_many_sessions: return "too_many_sessions";
        case LoginResult::backend_failed: return "backend_failed";
        case LoginResult::shutting_down: return "shutting_down";
    }
    return other;
}

std::string_view name_of(BackendState state) {
    switch (state) {
        case BackendState::connecting: return "connecting";
        case BackendState::idle: return "idle";
        case BackendState::in_use: return "in_use";
    }
    return other;
}

std::string_view name_of(BackendConnectResult result) {
    switch (result) {
        case BackendConnectResult::connected: return "connected";
        case BackendConnectResult::unreachable: return "unreachable";
        case BackendConnectResult::tls_failed: return "tls_failed";
        case BackendConnectResult::rejected: return "rejected";
        case BackendConnectResult::timed_out: return "timed_out";
    }
    return other;
}

std::string_view name_of(DetectionAction action) {
    switch (action) {
        case DetectionAction::alert: return "alert";
        case DetectionAction::refuse: return "refuse";
        case DetectionAction::freeze: return "freeze";
    }
    return other;
}

std::string_view name_of(WebhookOutcome result) {
    switch (result) {
        case WebhookOutcome::delivered: return "delivered";
        case WebhookOutcome::failed: return "failed";
        case WebhookOutcome::dropped: return "dropped";
    }
    return other;
}

}  // namespace monitoring
