#pragma once

#include <span>
#include <string_view>

namespace monitoring {

/// Label values come from fixed lists, so that no client can make new time series. Whatever is not on the
/// list that belongs to the label is counted under this word.
inline constexpr std::string_view other = "other";

/// Values of the label `kind`: what a statement does, as sql::name_of says it. Sorted; holds `other`.
[[nodiscard]] std::span<const std::string_view> statement_kinds();

/// Values of the label `reason`: why a statement was refused, as policies::name_of says it. Sorted; holds
/// `other`.
[[nodiscard]] std::span<const std::string_view> refusal_reasons();

/// Values of the label `sqlstate_class`: the first two characters of a SQLSTATE. Sorted; holds `other`.
[[nodiscard]] std::span<const std::string_view> sqlstate_classes();

/// The place of `value` in a sorted list of this file, or that of `other`.
[[nodiscard]] std::size_t place_of(std::string_view value, std::span<const std::string_view> sorted);

/// What became of a statement.
enum class Decision {
    relayed,    // of an unrestricted role: passed on as it came
    rewritten,  // of a restricted role: run as the gateway printed it
    refused,
};
inline constexpr std::size_t decision_count = 3;
[[nodiscard]] std::string_view name_of(Decision decision);

enum class SessionState { idle, active, in_transaction };
inline constexpr std::size_t session_state_count = 3;
[[nodiscard]] std::string_view name_of(SessionState state);

/// How a client's log-in ended.
enum class LoginResult {
    accepted,
    wrong_credentials,  // also: unknown user
    not_permitted,      // no role, or a database that the role may not reach
    tls_failed,
    timed_out,
    protocol_error,
    too_many_sessions,
    backend_failed,  // the client proved who it is, but no back-end connection could be had
    shutting_down,
};
inline constexpr std::size_t login_result_count = 9;
[[nodiscard]] std::string_view name_of(LoginResult result);

enum class BackendState { connecting, idle, in_use };
inline constexpr std::size_t backend_state_count = 3;
[[nodiscard]] std::string_view name_of(BackendState state);

/// How an attempt to open a back-end connection ended.
enum class BackendConnectResult { connected, unreachable, tls_failed, rejected, timed_out };
inline constexpr std::size_t backend_connect_result_count = 5;
[[nodiscard]] std::string_view name_of(BackendConnectResult result);

/// Values of the label `detector`, as policies::name_of says it. Sorted; holds `other`.
[[nodiscard]] std::span<const std::string_view> detectors();

/// What became of something that looked like browsing.
enum class DetectionAction { alert, refuse, freeze };
inline constexpr std::size_t detection_action_count = 3;
[[nodiscard]] std::string_view name_of(DetectionAction action);

/// What became of an event on its way to the webhook.
enum class WebhookOutcome { delivered, failed, dropped };
inline constexpr std::size_t webhook_outcome_count = 3;
[[nodiscard]] std::string_view name_of(WebhookOutcome result);

}  // namespace monitoring
