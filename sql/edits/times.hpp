#pragma once

#include <string>
#include <string_view>

#include "sql/catalog.hpp"

struct FuncCall;
struct Node;

/// Dates and timestamps: their types, units, and constants near today.
namespace sql::edits {

/// date, timestamp or timestamptz.
[[nodiscard]] bool is_time(Oid type);
[[nodiscard]] bool is_date(Oid type);
/// The same by their names in pg_catalog.
[[nodiscard]] bool is_time(std::string_view type);

/// The unit that a literal names, in lower case as PostgreSQL reads it; empty: `node` is no literal of text.
[[nodiscard]] std::string unit_of(const Node* node);
/// Units that date_trunc() knows.
[[nodiscard]] bool cuts_times(std::string_view unit);
/// Units that extract() knows of a date, and of a timestamp. Others fail on each value.
[[nodiscard]] bool is_field_of_dates(std::string_view unit);
[[nodiscard]] bool is_field_of_times(std::string_view unit);

/// As '-1 day': it moves no time out of its type's range.
[[nodiscard]] bool is_short_interval(const Node* node);
[[nodiscard]] bool is_short_interval(std::string_view text);
/// '2024-01-01', with a cast or without: of these millennia, from which no other time is too far.
[[nodiscard]] bool is_near_time(const Node* node);
/// to_date() and to_timestamp() of a literal that is just what its format says, or of a number of seconds.
[[nodiscard]] bool is_written_time(const FuncCall* call);
/// How many of interval '1 day' lead nowhere near the ends of the calendar, from any time of the last
/// centuries; 0: it is no such unit.
[[nodiscard]] int most_of_unit(const Node* node);
/// The same of make_interval(days => ...).
[[nodiscard]] int most_of_unit(std::string_view argument);
/// A literal that names a time zone which every server knows.
[[nodiscard]] bool is_known_zone(const Node* node);

}  // namespace sql::edits
