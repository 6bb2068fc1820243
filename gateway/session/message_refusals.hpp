#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "gateway/enforcement/plan.hpp"
#include "gateway/wire/frontend_messages.hpp"

namespace gateway::session {

/// Why a restricted client's message is refused, where that is no matter of its statement's plan. In
/// PostgreSQL's words where PostgreSQL refuses it, too.
[[nodiscard]] enforcement::Refusal unknown_statement(std::string_view name);
[[nodiscard]] enforcement::Refusal unknown_portal(std::string_view name);
[[nodiscard]] enforcement::Refusal wrong_formats(std::size_t formats, std::size_t columns);
/// Of a body that cannot be read, in a frame that could be followed.
[[nodiscard]] enforcement::Refusal malformed(const wire::Frame& frame, wire::WireErrc error);
[[nodiscard]] std::optional<enforcement::Refusal> check_parameter_formats(const wire::Bind& bind);
[[nodiscard]] enforcement::Refusal several_commands();
[[nodiscard]] enforcement::Refusal too_many_names();
/// A statement or portal may not be called as the gateway calls its own.
[[nodiscard]] enforcement::Refusal reserved_name();
[[nodiscard]] enforcement::Refusal too_many_searched(const enforcement::StatementPlan& statement);
/// Of what must be run as a whole: rows beyond the limit are kept for the client.
[[nodiscard]] enforcement::Refusal limited_rows();
/// Of people in more rows than sql::most_repeated_rows behind one.
[[nodiscard]] enforcement::Refusal too_many_behind();
/// Where a budget is used up, rows of people who were seen are kept back until the result ends.
[[nodiscard]] enforcement::Refusal too_many_free_rows();
[[nodiscard]] enforcement::Refusal ranks_in_part(sql::StatementKind kind);
/// Of a table whose row filter would say something else under the session's settings.
[[nodiscard]] enforcement::Refusal changed_settings(const policies::Role& role);
/// Of a change that names another person than the one whose row it is.
[[nodiscard]] enforcement::Refusal moved_row(const policies::Role& role);
/// Of a change by which a mask would take the place of the value that it stands for.
[[nodiscard]] enforcement::Refusal stored_mask(const policies::Role& role, const std::string& column);
/// Of Parse over protected rows, with a type that sql::converts_others().
[[nodiscard]] enforcement::Refusal converting_parameter();
/// Of a parameter by which times would be moved out of their type's range.
[[nodiscard]] enforcement::Refusal far_parameter();
[[nodiscard]] enforcement::Refusal change_beside_others();
[[nodiscard]] enforcement::Refusal open_pattern();

}  // namespace gateway::session
