#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "gateway/enforcement/plan.hpp"
#include "gateway/wire/backend_messages.hpp"

namespace gateway::session {

/// A client can make an error that looks like a pin's: it must not make us read the catalog all the time.
inline constexpr std::chrono::milliseconds reads_of_what_changed_apart{50};

/// The error of a pin (sql/pins.hpp): the names in the statement do not mean what they meant when it was
/// printed. A client can make one that looks like it.
[[nodiscard]] bool is_stale_pin(const wire::ErrorResponse& error);

/// The error of a row filter that the session's settings would change (sql/edits/filter_settings.hpp).
[[nodiscard]] bool is_of_changed_settings(const wire::ErrorResponse& error);

/// The error of a change that would give a row to another person (sql/edits/held_keys.cpp).
[[nodiscard]] bool is_of_a_moved_row(const wire::ErrorResponse& error);
/// A parameter would lead a time out of its range.
[[nodiscard]] bool is_of_a_far_parameter(const wire::ErrorResponse& error);

/// The column that a change would store a mask in (sql/stored_values.hpp); nullopt: the error is another one.
[[nodiscard]] std::optional<std::string> column_of_a_mask(const wire::ErrorResponse& error);

/// Undefined or ambiguous tables and columns, and what the column aliases of pins run into. Where a statement
/// was just printed they mean that the catalog changed meanwhile.
[[nodiscard]] bool misses_a_name(std::string_view sqlstate);

/// Undefined or changed objects of any kind: the catalog may be no longer true.
[[nodiscard]] bool speaks_of_names(std::string_view sqlstate);

/// In PostgreSQL's SQLSTATE for a transaction that lost a race: drivers try again.
[[nodiscard]] enforcement::Refusal changed_meanwhile();

}  // namespace gateway::session
